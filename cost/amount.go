package cost

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
)

// The bounds of what is taken for an amount. AWS prints up to about 20 digits; the bounds keep a damaged answer such as
// 1e999999999 from filling the memory.
const (
	maxAmountLength   = 64
	maxAmountExponent = 40
)

// parseAmount reads an amount as AWS prints it, exactly: "0.0000001200", "-3", "4.2E-8".
func parseAmount(text string) (decimal.Decimal, error) {
	if len(text) > maxAmountLength || strings.ContainsRune(text, '_') {
		return decimal.Zero, fmt.Errorf("%.70q is not an amount", text)
	}
	amount, err := decimal.NewFromString(text)
	if err != nil {
		return decimal.Zero, fmt.Errorf("%q is not an amount", text)
	}
	if e := amount.Exponent(); e < -maxAmountLength-maxAmountExponent || e > maxAmountExponent {
		return decimal.Zero, fmt.Errorf("%q is not an amount", text)
	}
	return amount, nil
}

// DisplayPlaces is where amounts are rounded when they are shown.
const DisplayPlaces = 2

// Display rounds an exact amount for people: to two places, halves away from zero. What is not zero is never shown as
// zero: "<0.01", ">-0.01".
func Display(amount decimal.Decimal) string {
	rounded := amount.Round(DisplayPlaces)
	switch {
	case rounded.IsZero() && amount.IsPositive():
		return "<0.01"
	case rounded.IsZero() && amount.IsNegative():
		return ">-0.01"
	}
	return rounded.StringFixed(DisplayPlaces)
}

// Sum is the money of one currency, by class. Total is exactly the sum of the classes.
type Sum struct {
	Currency    string          `json:"currency"`
	Total       decimal.Decimal `json:"total"`
	Baseline    decimal.Decimal `json:"baseline"`
	NonBaseline decimal.Decimal `json:"non_baseline"`
	Shared      decimal.Decimal `json:"shared"`
	Unmatched   decimal.Decimal `json:"unmatched"`
}

// Of is the amount of a class.
func (s Sum) Of(class Class) decimal.Decimal { return *s.of(class) }

func (s *Sum) of(class Class) *decimal.Decimal {
	switch class {
	case Baseline:
		return &s.Baseline
	case NonBaseline:
		return &s.NonBaseline
	case Shared:
		return &s.Shared
	}
	return &s.Unmatched
}

func (s *Sum) add(class Class, amount decimal.Decimal) {
	part := s.of(class)
	*part = part.Add(amount)
	s.Total = s.Total.Add(amount)
}
