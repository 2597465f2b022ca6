package collect_test

import (
	"fmt"
	"maps"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// meter measures CPU time and memory of this process.
type meter struct {
	cpu  time.Duration
	done chan struct{}
	peak chan uint64
}

// startMeter begins with the memory of what ran before given back.
func startMeter() *meter {
	debug.FreeOSMemory()
	m := &meter{cpu: cpuTime(), done: make(chan struct{}), peak: make(chan uint64)}
	go func() {
		most := uint64(0)
		ticker := time.NewTicker(10 * time.Millisecond)
		defer ticker.Stop()
		for {
			most = max(most, memory())
			select {
			case <-ticker.C:
			case <-m.done:
				m.peak <- most
				return
			}
		}
	}()
	return m
}

func (m *meter) stop() (cpu time.Duration, peakMiB float64) {
	cpu = cpuTime() - m.cpu
	close(m.done)
	return cpu, float64(<-m.peak) / (1 << 20)
}

// memory is what the Go runtime holds of the system's memory, in bytes: heap, stacks and its own, garbage too.
func memory() uint64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return samples[0].Value.Uint64() - samples[1].Value.Uint64()
}

// differences tells where the calls made and the least plan differ.
func differences(plan testbed.SimulatedPlan, counts testbed.SimulatedCounts) string {
	least := make(map[string]int64)
	for _, p := range plan.Planned {
		least[p.Operation] += int64(p.Calls)
	}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(counts.Operations)) {
		if made := counts.Operations[name]; made != least[name] {
			lines = append(lines, fmt.Sprintf("%s: %d calls, least %d", name, made, least[name]))
		}
	}
	return strings.Join(lines, "\n")
}

func cpuTime() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
