package snapshot

// FindingRule says how bad something is and how it is told. Kinds name it in a [Weakness].
//
// The sentences hold {subject} where the names of list elements or map members stand, and {value}; those of a number that
// fell hold {old} and {new}. Rules with an evaluator have their sentences from it, and none here.
type FindingRule struct {
	Name string
	// Severity is "low", "medium", "high" or "critical": the worst where an evaluator tells several apart, and Least the
	// least then.
	Severity, Least string
	// What says in some words what is found.
	What string
	// Weak and Strong are the sentences for the one direction and for the other. Without Strong nothing is told of the other:
	// that there is one more of a thing makes nothing better.
	Weak, Strong string
	// OnChange tells nothing of a resource that came or went: its own maker chose so, and a default is nobody's change.
	OnChange bool
}

// Severity words, as rules have them.
const (
	low      = "low"
	medium   = "medium"
	high     = "high"
	critical = "critical"
)

// FindingRules are all rules, by subject.
func FindingRules() []FindingRule {
	return []FindingRule{
		// Who can reach it.
		{Name: "ingress-from-anywhere", Severity: critical, Least: low, What: "a security group lets the world in: all ports are critical; SSH, RDP, databases and other administration are high; 80 and 443 are low; the rest is medium"},
		{Name: "ingress-from-unknown-list", Severity: low, What: "a security group lets a prefix list in whose entries were not captured"},
		{Name: "network-acl-open", Severity: medium, Least: low, What: "a network ACL lets the world in on ports that no earlier entry denies"},
		{Name: "network-acl-deny-removed", Severity: low, What: "a network ACL lost an entry that denied, or lets in before it what it denies", OnChange: true},
		{Name: "prefix-list-open", Severity: medium, What: "a prefix list holds the whole world"},
		{Name: "endpoint-open", Severity: high, What: "a Kubernetes API endpoint is open to the world"},
		{Name: "public-database", Severity: high, What: "a database or warehouse has a public address", Weak: "the database is publicly accessible", Strong: "the database is not publicly accessible any more"},
		{Name: "public-brokers", Severity: high, What: "brokers have public addresses", Weak: "the brokers are publicly accessible", Strong: "the brokers are not publicly accessible any more"},
		{Name: "public-load-balancer", Severity: low, What: "a load balancer faces the internet", Weak: "the load balancer faces the internet", Strong: "the load balancer does not face the internet any more"},
		{Name: "public-addresses", Severity: low, What: "what is launched gets public addresses", Weak: "what is launched gets public addresses", Strong: "what is launched gets no public addresses any more"},
		{Name: "public-builds", Severity: high, What: "a build project's results are public", Weak: "everybody can read the builds, their logs and their artifacts", Strong: "the builds are not public any more"},
		{Name: "public-snapshot", Severity: critical, What: "everybody can read a disk snapshot", Weak: "everybody can copy the snapshot", Strong: "the snapshot is not public any more"},
		{Name: "shared-with-anybody", Severity: critical, Least: low, What: "a snapshot, image, document or endpoint service is shared with everybody"},
		{Name: "shared-with-account", Severity: medium, Least: low, What: "a snapshot, image, document or endpoint service is shared with another account or organisation"},
		{Name: "public-function-url", Severity: high, What: "a function URL asks for no authentication", Weak: "anybody may call the function by its URL: it asks for no authentication", Strong: "the function URL asks for authentication"},
		{Name: "api-without-authorization", Severity: medium, What: "an API's method or route asks for no authorization", Weak: "no authorization is asked for: {subject}", Strong: "authorization is asked for: {subject}", OnChange: true},
		{Name: "unauthenticated-access", Severity: high, What: "a service lets in who did not sign in", Weak: "who did not sign in is let in", Strong: "who did not sign in is not let in any more"},
		{Name: "authentication-off", Severity: medium, What: "a way of authentication is switched off", Weak: "authentication is switched off", Strong: "authentication is switched on", OnChange: true},
		{Name: "joins-without-asking", Severity: medium, What: "others join or connect without being accepted", Weak: "others may connect without being accepted", Strong: "who wants to connect must be accepted"},
		{Name: "public-access-block-off", Severity: high, What: "a public access block lost a part, or went: a bucket's, or the account's for buckets, disk snapshots or images", Weak: "the public access block is off: {subject}", Strong: "the public access block is on: {subject}", OnChange: true},
		{Name: "vpc-block-public-access-off", Severity: medium, What: "a VPC is not kept from the internet any more", Weak: "the VPC's block of public access is off", Strong: "the VPC's block of public access is on", OnChange: true},
		{Name: "public-bucket", Severity: critical, Least: low, What: "a bucket's policy or grants let everybody in: writing is critical, reading high"},
		{Name: "bucket-acls-on", Severity: low, What: "a bucket takes access control lists again", Weak: "access control lists count: owners of objects can open them", Strong: "access control lists don't count any more", OnChange: true},

		// Who may do what.
		{Name: "policy-anybody", Severity: critical, Least: low, What: "a resource's policy lets everybody in: reading is high, more than that critical"},
		{Name: "policy-another-account", Severity: medium, Least: low, What: "a resource's policy or grants let another account, or an organisation, in, or a service of AWS's for another account's resources; for whoever's they are, it is low"},
		{Name: "key-policy-anybody", Severity: critical, Least: low, What: "a key's or a secret's policy lets everybody in"},
		{Name: "key-policy-another-account", Severity: high, Least: low, What: "a key's or a secret's policy lets another account, or an organisation, in"},
		{Name: "policy-deny-removed", Severity: medium, What: "a policy lost a statement that denied", OnChange: true},
		{Name: "policy-deny-rewritten", Severity: low, What: "a policy's statement that denied was rewritten so that nobody can tell whether it denies less", OnChange: true},
		{Name: "trust-anybody", Severity: critical, Least: low, What: "everybody may assume a role"},
		{Name: "trust-another-account", Severity: high, Least: low, What: "another account, or an organisation, may assume a role"},
		{Name: "trust-federated", Severity: high, Least: low, What: "whoever an identity provider vouches for may assume a role: high where no condition says who, medium where others can fit its pattern by their names"},
		{Name: "admin-policy", Severity: high, Least: low, What: "a policy allows everything, or all of IAM"},
		{Name: "privilege-escalation", Severity: high, Least: low, What: "a policy lets its holder give itself or others more rights, by calls of IAM for whatever there is", Weak: "its holder may give itself more rights: {subject} ({value})", Strong: "its holder may no longer give itself more rights by {subject}"},
		{Name: "role-lending", Severity: medium, Least: low, What: "a policy lets its holder pass any role to a service, or assume any role that lets it in", Weak: "its holder may act by any role that lets it, or a service, in: {subject} ({value})", Strong: "its holder may no longer act by roles that let it, or a service, in, by {subject}"},
		{Name: "permissions-boundary-removed", Severity: medium, What: "a permissions boundary was taken away", Weak: "no permissions boundary limits it any more", Strong: "a permissions boundary limits it", OnChange: true},
		{Name: "cluster-admin", Severity: high, What: "a principal got an administrator's access to a Kubernetes cluster", Weak: "it may administer the cluster", Strong: "it may not administer the cluster any more"},
		{Name: "cluster-access", Severity: low, What: "a principal got access to a Kubernetes cluster", Weak: "it has access to the cluster", Strong: "it has no access to the cluster any more"},
		{Name: "access-key", Severity: medium, What: "a user has a new access key, or one was switched on", Weak: "an access key is active: a credential that does not expire", Strong: "the access key is not active any more"},
		{Name: "console-password", Severity: medium, What: "a user got a password for the console", Weak: "the user can sign in to the console with a password", Strong: "the user has no password for the console any more"},
		{Name: "user-added", Severity: low, What: "an IAM user was made", Weak: "there is a new user, whose credentials need not expire", Strong: "the user is gone"},
		{Name: "identity-provider", Severity: medium, What: "an OIDC or SAML provider was made", Weak: "there is a new identity provider: roles that trust it let in whom it vouches for", Strong: "the identity provider is gone"},
		{Name: "identity-provider-trust", Severity: medium, What: "an identity provider got another client, thumbprint or certificate", Weak: "the provider also takes {subject}", Strong: "the provider does not take {subject} any more", OnChange: true},
		{Name: "mfa-removed", Severity: high, What: "a second factor is gone or not asked for: a user's, a user pool's, or that of those of its own account who assume a role", Weak: "the second factor is gone", Strong: "there is a second factor"},
		{Name: "password-policy-weakened", Severity: medium, What: "passwords may be shorter, simpler or older", Weak: "passwords may be weaker: {subject}", Strong: "passwords must be stronger: {subject}", OnChange: true},
		{Name: "password-policy-removed", Severity: medium, What: "the account's password policy is gone", Weak: "the account has no password policy any more", Strong: "the account has a password policy"},
		{Name: "privileged-container", Severity: medium, What: "a container or build runs with the host's privileges", Weak: "it runs with the host's privileges", Strong: "it does not run with the host's privileges any more"},
		{Name: "shell-access", Severity: low, What: "people may open a shell in running containers", Weak: "people may open a shell in its containers", Strong: "nobody may open a shell in its containers any more"},
		{Name: "imdsv1", Severity: medium, What: "instances answer the first version of the metadata service, which hands out credentials without a token", Weak: "the metadata service answers without a token (IMDSv1)", Strong: "the metadata service asks for a token (IMDSv2)"},
		{Name: "imdsv1-by-default", Severity: medium, What: "the account lets what is launched answer the first version of the metadata service", Weak: "what is launched may answer the metadata service without a token (IMDSv1): {subject}", Strong: "what is launched does not answer the metadata service without a token (IMDSv1) any more: {subject}", OnChange: true},

		// What is encrypted.
		{Name: "encryption-off", Severity: medium, What: "data at rest is not encrypted", Weak: "data at rest is not encrypted", Strong: "data at rest is encrypted"},
		{Name: "encryption-key-dropped", Severity: low, What: "AWS's own key stands in the place of the account's", Weak: "the account's own key does not encrypt it any more", Strong: "a key of the account encrypts it", OnChange: true},
		{Name: "secret-in-clear", Severity: high, What: "a SecureString parameter became plain text", Weak: "the parameter is stored as plain text", Strong: "the parameter is encrypted", OnChange: true},
		{Name: "transit-encryption-off", Severity: medium, What: "data in transit need not be encrypted", Weak: "data in transit need not be encrypted", Strong: "data in transit is encrypted"},
		{Name: "plain-http", Severity: medium, What: "a listener or distribution talks HTTP", Weak: "plain HTTP is served", Strong: "plain HTTP is not served any more", OnChange: true},
		{Name: "weak-tls", Severity: medium, What: "TLS older than 1.2 is accepted", Weak: "TLS older than 1.2 is accepted ({value})", Strong: "TLS older than 1.2 is not accepted any more"},
		{Name: "client-certificates-off", Severity: medium, What: "clients need no certificate any more", Weak: "clients need no certificate", Strong: "clients need a certificate", OnChange: true},
		{Name: "certificate-unchecked", Severity: medium, What: "certificates of the other side are not checked", Weak: "the other side's certificate is not checked", Strong: "the other side's certificate is checked"},
		{Name: "key-rotation-off", Severity: medium, What: "a key is not rotated any more", Weak: "the key is not rotated", Strong: "the key is rotated", OnChange: true},
		{Name: "key-disabled", Severity: high, What: "a key is disabled", Weak: "the key is disabled: what it encrypts can't be read", Strong: "the key is enabled", OnChange: true},
		{Name: "key-removed", Severity: high, What: "a key is gone or about to be deleted", Weak: "the key is gone or waits for its deletion: what it encrypts can't be read", Strong: "the key is there"},
		{Name: "secret-rotation-off", Severity: medium, What: "a secret is not rotated any more", Weak: "the secret is not rotated", Strong: "the secret is rotated", OnChange: true},

		// What is seen.
		{Name: "trail-stopped", Severity: critical, What: "a trail does not log", Weak: "the trail does not log", Strong: "the trail logs"},
		{Name: "trail-removed", Severity: critical, What: "a trail is gone", Weak: "the trail is gone", Strong: "there is a trail"},
		{Name: "trail-weakened", Severity: medium, What: "a trail covers fewer regions or events, or its files can't be checked", Weak: "the trail does less: {subject}", Strong: "the trail does more: {subject}", OnChange: true},
		{Name: "trail-moved", Severity: medium, What: "a trail writes to another bucket", Weak: "its log files do not go to the bucket {subject} any more", OnChange: true},
		{Name: "detector-off", Severity: high, What: "GuardDuty or Security Hub is off or gone, or a part of it", Weak: "detection is off", Strong: "detection is on"},
		{Name: "detector-part-off", Severity: medium, What: "a feature of GuardDuty or a standard of Security Hub is off", Weak: "no detection any more by {subject}", Strong: "detection by {subject}", OnChange: true},
		{Name: "findings-hidden", Severity: medium, What: "a filter or a list of trusted addresses hides findings", Weak: "it hides findings of the detector", Strong: "it does not hide findings of the detector any more"},
		{Name: "flow-log-removed", Severity: medium, What: "a flow log is gone", Weak: "the flow log is gone", Strong: "there is a flow log"},
		{Name: "logging-off", Severity: low, What: "logging is switched off, or a part of it", Weak: "logging is off", Strong: "logging is on", OnChange: true},
		{Name: "log-type-off", Severity: low, What: "one sort of log is not written any more", Weak: "not logged any more: {subject}", Strong: "logged: {subject}", OnChange: true},
		{Name: "log-forwarding-removed", Severity: medium, What: "a subscription that sends logs elsewhere is gone", Weak: "logs are not sent on any more", Strong: "logs are sent on"},
		{Name: "log-group-removed", Severity: low, What: "a log group is gone, with its logs", Weak: "the log group is gone, with its logs"},
		{Name: "retention-shortened", Severity: low, What: "logs, records or backups are kept for less time", Weak: "kept for less time: {old}, now {new}", Strong: "kept for more time: {old}, now {new}", OnChange: true},
		{Name: "alarm-removed", Severity: low, What: "an alarm is gone, or the filter that feeds it", Weak: "nobody is alarmed by it any more"},
		{Name: "alarm-silent", Severity: low, What: "an alarm's actions are off, or a rule is disabled", Weak: "it is switched off: nothing follows from it", Strong: "it is switched on", OnChange: true},

		// What is guarded.
		{Name: "deletion-protection-off", Severity: medium, What: "deletion or termination protection is off", Weak: "deletion protection is off", Strong: "deletion protection is on", OnChange: true},
		{Name: "versioning-off", Severity: medium, What: "a bucket's versions, or the second factor for deleting them, are off", Weak: "versioning is off: what is overwritten or deleted is gone", Strong: "versioning is on", OnChange: true},
		{Name: "object-lock-off", Severity: high, What: "a lock against deletion is off or weaker", Weak: "the lock against deletion is off or weaker", Strong: "the lock against deletion is on or stronger", OnChange: true},
		{Name: "backup-off", Severity: medium, What: "backups are off", Weak: "backups are off", Strong: "backups are on", OnChange: true},
		{Name: "backup-removed", Severity: medium, What: "a backup plan or vault is gone", Weak: "it does not keep backups any more", Strong: "it keeps backups"},
		{Name: "waf-off", Severity: medium, What: "no web ACL guards it any more, or one does not guard something", Weak: "no web ACL guards it", Strong: "a web ACL guards it", OnChange: true},
		{Name: "waf-removed", Severity: medium, What: "a web ACL or rule group is gone", Weak: "the web ACL or rule group is gone", Strong: "there is a web ACL or rule group"},
		{Name: "waf-weakened", Severity: medium, What: "a web ACL allows by default, or lost a rule or what it guarded", Weak: "the web ACL does less: {subject}", Strong: "the web ACL does more: {subject}", OnChange: true},
		{Name: "scanning-off", Severity: low, What: "images are not scanned when they are pushed", Weak: "images are not scanned when they are pushed", Strong: "images are scanned when they are pushed", OnChange: true},
		{Name: "tags-mutable", Severity: low, What: "image tags can be moved", Weak: "image tags can be moved to other images", Strong: "image tags can't be moved", OnChange: true},
		{Name: "settings-not-enforced", Severity: low, What: "users may choose settings of their own over those of a workgroup", Weak: "users may override its settings", Strong: "its settings are enforced", OnChange: true},
	}
}
