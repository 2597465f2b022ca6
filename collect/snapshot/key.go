package snapshot

import "strings"

// Global is the region of services that have none.
const Global = "global"

// ScopeKey is the key of one account × region × kind: "123456789012/eu-west-1/ec2:vpc".
func ScopeKey(account, region, kind string) string {
	return account + "/" + region + "/" + kind
}

// ResourceKey is the key of a resource: account, its region, kind and its ARN, or its id where AWS gives no ARN.
func ResourceKey(account, region, kind, arnOrID string) string {
	return ScopeKey(account, region, kind) + "/" + arnOrID
}

// SplitScope takes a scope's key apart; what does not have three parts gives empty strings.
func SplitScope(scope string) (account, region, kind string) {
	parts := strings.SplitN(scope, "/", 3)
	if len(parts) != 3 {
		return "", "", ""
	}
	return parts[0], parts[1], parts[2]
}

// ScopeSet is a set of scopes' keys. It is empty, and not nil, without any.
func ScopeSet(scopes []string) map[string]bool {
	set := make(map[string]bool, len(scopes))
	for _, scope := range scopes {
		set[scope] = true
	}
	return set
}

// KindOfKey is the kind that a resource's key names.
func KindOfKey(key string) string {
	parts := strings.SplitN(key, "/", 4)
	if len(parts) < 4 {
		return ""
	}
	return parts[2]
}
