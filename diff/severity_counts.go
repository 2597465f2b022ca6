package diff

// SeverityCounts counts changes by the worst of what they open or weaken.
type SeverityCounts struct {
	Critical int `json:"critical"`
	High     int `json:"high"`
	Medium   int `json:"medium"`
	Low      int `json:"low"`
	Better   int `json:"better"` // changes that close or strengthen something, and open and weaken nothing
}

// Of is the count of a severity.
func (s SeverityCounts) Of(severity Severity) int {
	switch severity {
	case Critical:
		return s.Critical
	case High:
		return s.High
	case Medium:
		return s.Medium
	case Low:
		return s.Low
	}
	return 0
}

func countSeverities(changes []Change) SeverityCounts {
	var s SeverityCounts
	for i := range changes {
		switch changes[i].Worst() {
		case Critical:
			s.Critical++
		case High:
			s.High++
		case Medium:
			s.Medium++
		case Low:
			s.Low++
		default:
			if len(changes[i].Findings) > 0 {
				s.Better++
			}
		}
	}
	return s
}

// AtLeast reports whether a change weakens something that badly, or worse.
func (r *Report) AtLeast(severity Severity) bool {
	for i := range r.Changes {
		if worst := r.Changes[i].Worst(); worst != "" && worst.AtLeast(severity) {
			return true
		}
	}
	return false
}
