package exporter

import (
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
)

// family is a metric's name, help and labels. Labels are in alphabetical order, which is the order of a scrape.
type family struct {
	name   string
	kind   prometheus.ValueType
	labels []string
	desc   *prometheus.Desc
}

func newFamily(kind prometheus.ValueType, name, help string, labels ...string) *family {
	name = "aws_baseline_" + name
	return &family{name: name, kind: kind, labels: labels, desc: prometheus.NewDesc(name, help, labels, nil)}
}

func (f *family) metric(value float64, labels ...string) prometheus.Metric {
	for i, label := range labels {
		labels[i] = strings.ToValidUTF8(label, "\uFFFD")
	}
	return prometheus.MustNewConstMetric(f.desc, f.kind, value, labels...)
}

// series are the values of one family on their way, by labels.
type series map[string]float64

// separator can't be in a label: it is no valid UTF-8.
const separator = "\xff"

func (s series) add(value float64, labels ...string) {
	for i, label := range labels {
		labels[i] = strings.ToValidUTF8(label, "\uFFFD") // here, so that two that become the same are one series
	}
	s[strings.Join(labels, separator)] += value
}

// page is a family's metrics as a scrape hands them out.
type page struct {
	family  *family
	metrics []prometheus.Metric
	dropped int
}

// page sorts the series once, so that no scrape has to. Above the limit zeros are left out first.
func (s series) page(f *family, limit int) page {
	keys := make([][]string, 0, len(s))
	for key := range s {
		keys = append(keys, strings.Split(key, separator))
	}
	slices.SortFunc(keys, slices.Compare)
	if len(keys) > limit {
		value := func(labels []string) float64 { return s[strings.Join(labels, separator)] }
		slices.SortStableFunc(keys, func(a, b []string) int {
			switch zeroA, zeroB := value(a) == 0, value(b) == 0; {
			case zeroA == zeroB:
				return 0
			case zeroB:
				return -1
			}
			return 1
		})
		keys = keys[:limit]
		slices.SortFunc(keys, slices.Compare)
	}
	out := page{family: f, dropped: len(s) - len(keys), metrics: make([]prometheus.Metric, 0, len(keys))}
	for _, labels := range keys {
		out.metrics = append(out.metrics, f.metric(s[strings.Join(labels, separator)], labels...))
	}
	return out
}
