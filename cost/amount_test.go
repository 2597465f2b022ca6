package cost

import (
	"testing"

	"github.com/shopspring/decimal"
)

func TestParseAmount(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "12.3400": "12.34", "-0.0000001": "-0.0000001", "4.2E-8": "0.000000042", "1E3": "1000",
		"0.1000000000000000055511151231257827": "0.1000000000000000055511151231257827", // would not survive a float
		"123456789012345678.000000000000001":   "123456789012345678.000000000000001",
	} {
		got, err := parseAmount(text)
		if err != nil || got.String() != want {
			t.Errorf("%s: got %s, %v, want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", " ", "USD", "1,5", "1_000", "NaN", "Inf", "1e999999999", "1e-999999999", "0x10", "--1", "1.2.3"} {
		if got, err := parseAmount(text); err == nil {
			t.Errorf("%q is taken for %s", text, got)
		}
	}
}

func TestDisplay(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0.00", "0.000": "0.00", "0.005": "0.01", "0.0049": "<0.01", "0.0000000001": "<0.01", "-0.0049": ">-0.01",
		"-0.005": "-0.01", "2.345": "2.35", "1234567.891": "1234567.89", "1": "1.00",
	} {
		if got := Display(decimal.RequireFromString(text)); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

// FuzzParseAmount: an amount that is taken prints in bounded space and reads back as itself.
func FuzzParseAmount(f *testing.F) {
	for _, seed := range []string{"0", "-1.5", "4.2E-8", "1e40", "1e999999999", "0.10", "９", "+1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		amount, err := parseAmount(text)
		if err != nil {
			return
		}
		printed := amount.String()
		if len(printed) > 256 {
			t.Fatalf("%q prints in %d bytes", text, len(printed))
		}
		again, err := parseAmount(printed)
		if len(printed) <= maxAmountLength && (err != nil || !again.Equal(amount)) {
			t.Fatalf("%q prints as %s, which reads as %s, %v", text, printed, again, err)
		}
		Display(amount)
	})
}
