package snapshot

// Census is what the Tagging API and Resource Explorer know of and the capture does not have. What was never tagged can't
// be seen outside the regions that Resource Explorer has indexed, and there only if it supports the type.
type Census struct {
	Types    []CensusType  `json:"types"`
	NotAsked []CensusGap   `json:"notAsked,omitempty"`
	Explored []CensusPlace `json:"explored,omitempty"` // what Resource Explorer was asked about
}

// CensusPlace is a region of an account.
type CensusPlace struct {
	AccountID string `json:"accountId"`
	Region    string `json:"region"`
}

// CensusType counts resources of a type as their ARNs spell it ("codecommit", "ec2:fleet").
type CensusType struct {
	AccountID string `json:"accountId"`
	Region    string `json:"region"` // that was asked; global services answer in their home region
	Type      string `json:"type"`
	Resources int    `json:"resources"`
	// Collected says that there is a kind for it: these came or went meanwhile, are AWS's, or were not listed.
	Collected bool `json:"collected,omitempty"`
}

// CensusGap is a region that could not be asked. The service is "tag", which is meant where there is none, or
// "resource-explorer-2".
type CensusGap struct {
	AccountID string `json:"accountId"`
	Region    string `json:"region"`
	Service   string `json:"service,omitempty"`
	Code      string `json:"code"`
	Message   string `json:"message"`
}

// NotFound counts the resources of types with a kind that the capture does not have, by type: they came or went meanwhile,
// are AWS's, or were lost.
func (c *Census) NotFound() map[string]int { return c.totals(true) }

// NotCollected counts the resources of types without a kind, by type.
func (c *Census) NotCollected() map[string]int { return c.totals(false) }

func (c *Census) totals(collected bool) map[string]int {
	totals := make(map[string]int)
	if c == nil {
		return totals
	}
	for _, row := range c.Types {
		if row.Collected == collected {
			totals[row.Type] += row.Resources
		}
	}
	return totals
}
