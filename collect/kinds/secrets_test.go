package kinds

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// unplanted are places of [collect.Kind.Secrets] in which the made-up account has nothing, and why.
var unplanted = map[string]string{
	"elasticmapreduce:cluster InstanceFleets[].InstanceTypeSpecifications[].Configurations[].Properties":     fleets,
	"elasticmapreduce:cluster InstanceFleets[].InstanceTypeSpecifications[].Configurations[].Configurations": fleets,
}

const fleets = "a cluster has groups of instances or fleets, and the made-up one has groups; EMR's own test has fleets"

// secretPlaces are the kinds that have secrets.
func secretPlaces() map[string][]collect.Path {
	places := make(map[string][]collect.Path)
	for _, kind := range All() {
		if len(kind.Secrets) > 0 {
			places[kind.Name] = kind.Secrets
		}
	}
	return places
}

// withoutSecrets are the kinds as if nothing of them were secret.
func withoutSecrets() []*collect.Kind {
	var open []*collect.Kind
	for _, kind := range All() {
		bare := *kind
		bare.Secrets = nil
		open = append(open, &bare)
	}
	return open
}

// atSecrets are the scalars of a snapshot at or below each kind's secret places: kind and path → texts.
func atSecrets(t *testing.T, s *snapshot.Snapshot) map[string][]string {
	t.Helper()
	texts := make(map[string][]string)
	places := secretPlaces()
	for _, r := range s.Resources {
		if len(places[r.Kind]) == 0 {
			continue
		}
		tree, err := snapshot.Tree(r.Configuration)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range places[r.Kind] {
			where := r.Kind + " " + string(path)
			path.Find(tree, func(value any) { texts[where] = append(texts[where], scalars(value)...) })
		}
	}
	return texts
}

func scalars(value any) []string {
	var texts []string
	switch node := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(node)) {
			texts = append(texts, scalars(node[key])...)
		}
	case []any:
		for _, child := range node {
			texts = append(texts, scalars(child)...)
		}
	case nil:
	default:
		texts = append(texts, fmt.Sprint(node))
	}
	return texts
}

// TestSecrets plants a mark of its own in every place that a kind calls secret, and looks for it in all that is stored.
// A new kind's secrets are planted without being named here.
func TestSecrets(t *testing.T) {
	account := newMadeUpAccount(t)
	synctest.Test(t, func(t *testing.T) {
		key := collect.NewMaskKey("the key of the tests of secrets")
		planted := atSecrets(t, account.capture(t, withoutSecrets(), key))
		masked := account.capture(t, All(), key)
		marks := make(map[string]string) // mark → where it was planted
		for kind, paths := range secretPlaces() {
			for _, path := range paths {
				where := kind + " " + string(path)
				found := 0
				for _, text := range planted[where] {
					for mark := range marksIn([]byte(text)) {
						marks[mark] = where
						found++
					}
				}
				if _, excepted := unplanted[where]; (found == 0) != excepted {
					t.Errorf("%s: %d marks are there, excepted %v: %q", where, found, excepted, planted[where])
				}
			}
		}
		for where := range unplanted {
			if kind, path, _ := strings.Cut(where, " "); !slices.Contains(secretPlaces()[kind], collect.Path(path)) {
				t.Errorf("%s is excepted, and is no secret place", where)
			}
		}
		wantNoMarks(t, masked, marks)
		wantMasks(t, masked, planted, key)

		another := atSecrets(t, account.capture(t, All(), collect.NewMaskKey("another key of these tests")))
		for where, first := range atSecrets(t, masked) {
			for i, mask := range first {
				if another[where][i] == mask {
					t.Errorf("%s: %s is the mask under another key too", where, mask)
				}
			}
		}
		wantChangeSeen(t, account, masked, planted, key)
	})
}

// wantNoMarks looks for the marks in a snapshot, in whatever form.
func wantNoMarks(t *testing.T, s *snapshot.Snapshot, marks map[string]string) {
	t.Helper()
	documents := make(map[string][]byte)
	for i := range s.Resources {
		text, err := json.Marshal(&s.Resources[i])
		if err != nil {
			t.Fatal(err)
		}
		documents[s.Resources[i].Key] = slices.Concat(text, s.Resources[i].Status) // which files don't have, and the history does
	}
	for _, format := range []snapshot.Format{snapshot.JSON, snapshot.YAML} {
		var file bytes.Buffer
		if err := snapshot.Write(&file, s, format); err != nil {
			t.Fatal(err)
		}
		documents["the snapshot as "+string(format)] = file.Bytes()
	}
	for where, document := range documents {
		for mark := range marksIn(document) {
			if planted := marks[mark]; planted != "" {
				t.Errorf("%s holds what is at %s: %s", where, planted, mark)
			}
		}
	}
}

var (
	markPattern   = regexp.MustCompile(markPrefix + `[0-9a-f]{20}`)
	hexPattern    = regexp.MustCompile(`[0-9a-fA-F]{40,}`)
	base64Pattern = regexp.MustCompile(`[A-Za-z0-9+/_-]{24,}`)
)

// marksIn finds marks in clear, and in hexadecimal and base64 texts.
func marksIn(document []byte) map[string]bool {
	found := make(map[string]bool)
	look := func(text []byte) {
		for _, mark := range markPattern.FindAll(text, -1) {
			found[string(mark)] = true
		}
	}
	look(document)
	for _, text := range hexPattern.FindAll(document, -1) {
		for shift := range 2 {
			decoded := make([]byte, len(text)/2)
			n, _ := hex.Decode(decoded, text[shift:]) // what is odd at the end is left over
			look(decoded[:n])
		}
	}
	for _, text := range base64Pattern.FindAllString(string(document), -1) {
		text = strings.NewReplacer("-", "+", "_", "/").Replace(text) // the alphabet of URLs
		for shift := range 4 {
			decoded, _ := base64.RawStdEncoding.DecodeString(text[shift:]) // an odd end is left over
			look(decoded)
		}
	}
	return found
}

// wantMasks checks that each secret scalar became a mask, and that no digest which anybody can make gives it away.
func wantMasks(t *testing.T, s *snapshot.Snapshot, planted map[string][]string, key collect.MaskKey) {
	t.Helper()
	for where, masks := range atSecrets(t, s) {
		if len(masks) != len(planted[where]) {
			t.Errorf("%s: %d masks for %d values", where, len(masks), len(planted[where]))
		}
		guessed := make(map[string]string) // as much of a digest as a mask has of its own → what it is
		for _, value := range slices.Compact(slices.Sorted(slices.Values(planted[where]))) {
			for name, sum := range guesses(value, key.ID) {
				guessed[sum[:32]] = name
			}
		}
		for _, mask := range masks {
			digest, ok := strings.CutPrefix(mask, snapshot.MaskPrefix+key.ID+":")
			if !ok || len(digest) != 32 {
				t.Errorf("%s: %q is no mask", where, mask)
			}
			if name := guessed[digest]; name != "" {
				t.Errorf("%s: the mask is %s of the value", where, name)
			}
		}
	}
}

// guesses are what somebody who has the file and not the key would try.
func guesses(value, keyID string) map[string]string {
	sums := make(map[string]string)
	for name, algorithm := range map[string]func() hash.Hash{"MD5": md5.New, "SHA-1": sha1.New, "SHA-256": sha256.New, "SHA-512": sha512.New} {
		for how, h := range map[string]hash.Hash{
			"": algorithm(), " with an empty key": hmac.New(algorithm, nil), " with the key's id": hmac.New(algorithm, []byte(keyID)),
		} {
			h.Write([]byte(value))
			sums[name+how] = hex.EncodeToString(h.Sum(nil))
		}
	}
	return sums
}

// wantChangeSeen changes every secret and nothing else: each must show.
func wantChangeSeen(t *testing.T, account *madeUpAccount, before *snapshot.Snapshot, planted map[string][]string, key collect.MaskKey) {
	t.Helper()
	account.changed = make(map[string]bool)
	for _, texts := range planted {
		for _, text := range texts {
			maps.Copy(account.changed, marksIn([]byte(text)))
		}
	}
	after := account.capture(t, All(), key)
	first, second := atSecrets(t, before), atSecrets(t, after)
	for where, texts := range planted {
		for i, text := range texts {
			if changed := len(marksIn([]byte(text))) > 0; (first[where][i] != second[where][i]) != changed {
				t.Errorf("%s: changed %v, and its masks were %s and %s", where, changed, first[where][i], second[where][i])
			}
		}
	}
	places, hashes := secretPlaces(), make(map[string]string)
	for _, r := range after.Resources {
		hashes[r.Key] = r.ConfigurationHash
	}
	for _, r := range before.Resources {
		secret := len(places[r.Kind]) > 0
		if same := hashes[r.Key] == r.ConfigurationHash; same && secret {
			t.Errorf("%s: its secrets changed and its hash did not", r.Key)
		} else if !same && !secret {
			t.Errorf("%s: its hash changed, and it has no secrets", r.Key)
		}
	}
}

// telling are the names of places that may hold secrets.
var telling = regexp.MustCompile(`(?i)(passw|secret|token|credential|api_?key|auth_?key|private_?key|shared_?key|userdata|environment|\benv\b|` +
	`oauth|passphrase|presigned|driveropts|headervalue)`)

// notSecret are places with such names that hold no secrets, and why.
var notSecret = []struct{ places, why string }{
	{`(Arn|ARN)$`, "names a thing"},
	{`KmsKeyId$`, "names a thing"},
	{`(Environment|EnvironmentVariables|Env|Secrets|SecretOptions|ImagePullSecrets)\[\]\.(Name|ValueFrom)$`, "a variable's name, or the secret's"},
	{`(CredentialsParameter|RegistryCredential\.Credential|SecretName|CredentialSpecs\[\]|EnvironmentFiles\[\]\.Value)$`, "where the secret is kept"},
	{`^apigateway:api ApiKeySelectionExpression$`, "where requests have their key"},
	{`^apigateway:restapi .*\b(Authorizer|MethodIntegration\.)Credentials$`, "a role"},
	{`^batch:\S+ .*(Compute|Service)Environment(Name)?$`, "not variables"},
	{`^codebuild:project Environment\.(Certificate|ComputeConfiguration|DockerServer|Image)\b`, "of the machine"},
	{`LastModified(Secret|Date)$`, "a time"},
	{`^codepipeline:pipeline .*Rules\[\]\.Configuration\.(EnvironmentVariables|OAuthToken)$`, "settings of actions, which rules haven't"},
	{`^cognito-idp:userpool .*PreTokenGeneration$`, "a function"},
	{`^cognito-idp:userpoolclient Client\.AllowedOAuthScopes\[\]$`, "words of OAuth"},
	{`(Client|Creation)Token$`, "tells a repeated request"},
	{`\b(TokenEndpoint|TokenUrl|AuthorizationEndpoint)$`, "an address that everybody may ask"},
	{`^events:connection .*(ApiKeyName|ClientID|Parameters\[\]\.Key)$`, "names; values are masked"},
	{`^glue:connection .*OAuth2ClientApplication\.\w+$`, "names an application"},
	{`^glue:table ViewDefinition\.ViewVersionToken$`, "a version"},
	{`^iam:saml-provider Provider\.PrivateKeyList\[\]\.(KeyId|Timestamp)$`, "the keys themselves are never returned"},
	{`SecretStatus$`, "a state"},
	{`PendingModifiedValues\.MasterUserPassword$`, "AWS answers with stars"},
	{`^secretsmanager:secret ExternalSecretRotationMetadata\[\]\.(Key|Value)$`, "how a partner rotates it; what it takes is named by ARN"},
	{`^secretsmanager:secret SecretVersionsToStages\.key\[\]$`, "labels of versions"},
	{`^ses:identity Identity\.DkimAttributes\.Tokens\[\]$`, "stands in public DNS"},
	{`^wafv2:\S+ .*PasswordField\.Identifier$`, "a field's name"},
	{`^wafv2:webacl WebACL\.TokenDomains\[\]$`, "domains"},
}

// TestNothingTellingIsClear looks for places that are called like secrets and are stored as they are.
func TestNothingTellingIsClear(t *testing.T) {
	account := newMadeUpAccount(t)
	synctest.Test(t, func(t *testing.T) {
		seen := make(map[string]bool)
		for _, r := range account.capture(t, All(), collect.NewMaskKey("the key of the tests of secrets")).Resources {
			for _, document := range []json.RawMessage{r.Configuration, r.Status} {
				tree, err := snapshot.Tree(document)
				if err != nil {
					t.Fatal(err)
				}
				eachText("", tree, func(path collect.Path, text string) {
					if telling.MatchString(string(path)) && !strings.HasPrefix(text, snapshot.MaskPrefix) {
						seen[r.Kind+" "+string(path)] = true
					}
				})
			}
		}
		for _, harmless := range notSecret {
			pattern, used := regexp.MustCompile(harmless.places), false
			for place := range seen {
				if pattern.MatchString(place) {
					delete(seen, place)
					used = true
				}
			}
			if !used {
				t.Errorf("%s is excepted (%s), and is not there", harmless.places, harmless.why)
			}
		}
		for place := range seen {
			t.Errorf("%s is stored as it is: is it a secret?", place)
		}
	})
}

func eachText(at collect.Path, value any, found func(collect.Path, string)) {
	switch node := value.(type) {
	case map[string]any:
		for key, child := range node {
			eachText(at.Join(key), child, found)
		}
	case []any:
		for _, child := range node {
			eachText(at.Join(snapshot.Each), child, found)
		}
	case string:
		found(at, node)
	}
}
