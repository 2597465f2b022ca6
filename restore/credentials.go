package restore

import (
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// ownCredentials are the resources that the caller's own access rests on: its user or role, the policies and groups
// that these name, the access keys by whose ids it was got and their users, whatever names the role (an instance profile, the function or instance that runs as it), and the
// owner of any of them.
func ownCredentials(callerARN string, keys []string, live *snapshot.Snapshot) map[string]string {
	own := make(map[string]string)
	for i := range live.Resources {
		if r := &live.Resources[i]; r.Kind == "iam:access-key" && slices.Contains(keys, r.ID) {
			own[r.Key] = "it is among the access keys in use"
		}
	}
	kind, name := callerIdentity(callerARN)
	if name == "" && len(own) == 0 {
		return own
	}
	const why = "your own access rests on it"
	blind := false // whether the identity itself may not have been seen
	for _, coverage := range live.Coverage {
		blind = blind || coverage.Kind == kind && coverage.State != snapshot.Complete
	}
	byKey := make(map[string]*snapshot.Resource, len(live.Resources))
	for i := range live.Resources {
		r := &live.Resources[i]
		byKey[r.Key] = r
		switch {
		case own[r.Key] != "":
		case r.Kind == kind && r.ID == name:
			own[r.Key] = "they are the credentials in use"
		case r.Kind == kind && name == anyName:
			own[r.Key] = "the credentials in use may rest on it"
		case blind && strings.HasPrefix(r.Kind, "iam:"):
			own[r.Key] = "your own access may rest on it: not every " + kind + " could be seen"
		}
	}
	for changed := true; changed; {
		changed = false
		add := func(key string) {
			if key != "" && own[key] == "" {
				own[key], changed = why, true
			}
		}
		for i := range live.Resources {
			r := &live.Resources[i]
			if own[r.Key] != "" {
				if strings.HasPrefix(r.Kind, "iam:") {
					for _, ref := range r.References {
						add(ref.Key)
					}
				}
				if r.Owner != nil {
					add(r.Owner.Key)
				}
				continue
			}
			for _, ref := range r.References {
				if target := byKey[ref.Key]; target != nil && own[ref.Key] != "" && passesOn(r, target) {
					add(r.Key)
				}
			}
		}
	}
	return own
}

// passesOn reports whether a resource that names an identity hands it out: a profile its role, an instance or a
// function that runs with it, a user's keys and devices. Others that merely use the same policy do not.
func passesOn(r, target *snapshot.Resource) bool {
	if target.Kind == "iam:user" {
		return r.Kind == "iam:access-key" || r.Kind == "iam:mfa"
	}
	return target.Kind == "iam:role" && r.Kind != "iam:policy" && r.Kind != "iam:role" || target.Kind == "iam:instance-profile"
}

// anyName stands for every identity of a kind.
const anyName = "*"

// callerIdentity is the kind and id of the user or role behind a caller's ARN; root has none. The ARN of a federated
// user does not tell which user asked for the session: it may be any.
func callerIdentity(arn string) (kind, id string) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 {
		return "", ""
	}
	words := strings.Split(parts[5], "/")
	switch {
	case words[0] == "user" && len(words) > 1:
		return "iam:user", words[len(words)-1]
	case words[0] == "assumed-role" && len(words) > 1:
		return "iam:role", words[1]
	case words[0] == "federated-user":
		return "iam:user", anyName
	}
	return "", ""
}
