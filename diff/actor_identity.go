package diff

import (
	"cmp"
	"strings"
)

// identity is CloudTrail's userIdentity element ("CloudTrail userIdentity element", CloudTrail User Guide).
type identity struct {
	Type             string `json:"type"`
	PrincipalID      string `json:"principalId"`
	ARN              string `json:"arn"`
	AccountID        string `json:"accountId"`
	UserName         string `json:"userName"`
	InvokedBy        string `json:"invokedBy"`
	IdentityProvider string `json:"identityProvider"`
	SessionContext   struct {
		SessionIssuer struct {
			ARN       string `json:"arn"`
			AccountID string `json:"accountId"`
		} `json:"sessionIssuer"`
	} `json:"sessionContext"`
	OnBehalfOf struct {
		UserID           string `json:"userId"`
		IdentityStoreARN string `json:"identityStoreArn"`
	} `json:"onBehalfOf"`
}

// actor tells the principal and the session's name apart: of a role the ARN and who took it on, of a service its name.
func (i *identity) actor() Actor {
	issuer := i.SessionContext.SessionIssuer
	a := Actor{Principal: i.ARN, AccountID: cmp.Or(i.AccountID, issuer.AccountID)}
	last := i.ARN[strings.LastIndexByte(i.ARN, '/')+1:]
	switch i.Type {
	case "AssumedRole":
		a.Principal = cmp.Or(issuer.ARN, roleOf(i.ARN), i.PrincipalID)
		if _, session, ok := strings.Cut(i.PrincipalID, ":"); ok {
			a.Session = session
		} else if i.ARN != "" {
			a.Session = last
		}
	case "FederatedUser":
		a.Principal, a.Session = cmp.Or(issuer.ARN, i.ARN, i.PrincipalID), last
	case "SAMLUser", "WebIdentityUser":
		a.Principal, a.Session = cmp.Or(i.IdentityProvider, i.PrincipalID), i.UserName
	case "AWSService":
		a.Principal = cmp.Or(i.InvokedBy, i.PrincipalID)
	case "IdentityCenterUser":
		a.Principal, a.Session = cmp.Or(i.OnBehalfOf.IdentityStoreARN, i.ARN), i.OnBehalfOf.UserID
	}
	if a.Principal == "" {
		a.Principal = cmp.Or(i.ARN, i.PrincipalID, i.UserName, i.InvokedBy, i.AccountID, i.Type, "unknown")
	}
	return a
}

// roleOf makes a role's ARN, as far as it can be told, of that of its session: the role's path is not in it.
func roleOf(session string) string {
	parts := strings.SplitN(session, ":", 6)
	if len(parts) < 6 {
		return ""
	}
	words := strings.Split(parts[5], "/")
	if len(words) < 3 || words[0] != "assumed-role" {
		return ""
	}
	return "arn:" + parts[1] + ":iam::" + parts[4] + ":role/" + words[1]
}
