package printer

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/clipperhouse/displaywidth"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

const barWidth = 30

// Progress is one bar that shows how far a long piece of work is. Off a terminal, and on one that can't move its
// cursor, it prints nothing at all. It changes no mode of the terminal: what it leaves behind if the process is killed
// is its last line. All methods can be called from several goroutines at once.
type Progress struct {
	out  io.Writer
	bars *mpb.Progress // nil: silent
	bar  *mpb.Bar
	stop sync.Once

	mutex sync.Mutex
	calls int64
	label string
}

// NewProgress shows a bar on a file, which is stderr, until [Progress.Stop] or the end of the context, whichever is
// first. An interrupt that cancels the context therefore clears the bar before anything else is printed. title says what
// is being done; env looks an environment variable up, as os.Getenv does.
func NewProgress(ctx context.Context, file *os.File, env func(string) string, title string) *Progress {
	if !IsTerminal(file) || env("TERM") == "dumb" {
		return &Progress{out: file}
	}
	return newProgress(ctx, file, title)
}

func newProgress(ctx context.Context, out io.Writer, title string, options ...mpb.ContainerOption) *Progress {
	p := &Progress{out: out, bars: mpb.New(append(options, mpb.WithOutput(out))...)}
	remaining := decor.AverageETA(decor.ET_STYLE_GO)
	left := func(s decor.Statistics) string {
		if s.Current*20 < s.Total || s.Current >= s.Total {
			return "" // the first few say little about the rest
		}
		text, _ := remaining.Decor(s)
		return ", " + text + " left"
	}
	p.bar = p.bars.New(0, mpb.BarStyle().Lbound("[").Filler("=").Tip(">").Padding(" ").Rbound("]"),
		mpb.BarWidth(barWidth),
		mpb.PrependDecorators(decor.Name(Escape(title))),
		mpb.AppendDecorators(
			decor.Any(scopes), decor.Any(p.made), decor.Any(left), decor.Any(p.current),
		),
	)
	context.AfterFunc(ctx, p.Stop)
	return p
}

func scopes(s decor.Statistics) string {
	if s.Total == 0 {
		return "starting"
	}
	return fmt.Sprintf("%d/%d scopes", s.Current, s.Total)
}

func (p *Progress) made(decor.Statistics) string {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return ", " + count(int(p.calls), "API call")
}

// current is the last thing done, where it leaves room for the bar.
func (p *Progress) current(s decor.Statistics) string {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	text := " (" + p.label + ")"
	if p.label == "" || s.AvailableWidth-displaywidth.String(text) < barWidth+2 {
		return ""
	}
	return text
}

// Update sets what the bar shows: scopes done of all, API calls made, and what was done last, which is left
// out where there is no room for it. After Stop it does nothing.
func (p *Progress) Update(done, total int, calls int64, label string) {
	if p.bars == nil {
		return
	}
	p.mutex.Lock()
	p.calls, p.label = calls, Escape(label)
	p.mutex.Unlock()
	p.bar.SetTotal(int64(total), false)
	p.bar.SetCurrent(int64(done))
}

// Write prints whole lines, such as a log's, above the bar, and straight to the file where there is no bar.
func (p *Progress) Write(data []byte) (int, error) {
	if p.bars != nil {
		if n, err := p.bars.Write(data); err != mpb.ErrDone {
			return n, err
		}
	}
	return p.out.Write(data)
}

// Stop removes the bar and returns when its line is clear. Results are printed after it. It can be called again.
func (p *Progress) Stop() {
	p.stop.Do(func() {
		if p.bars != nil {
			p.bar.Abort(true)
			p.bars.Wait()
		}
	})
}
