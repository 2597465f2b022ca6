package history

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// crashDir, where it is set, makes TestKilledWhilePutting the process that gets killed.
const crashDir = "HISTORY_TEST_CRASH_DIR"

// A process that is killed while it puts captures loses none that Put returned for, and leaves no half ones.
func TestKilledWhilePutting(t *testing.T) {
	if dir := os.Getenv(crashDir); dir != "" {
		putForEver(dir)
		return
	}
	dir := t.TempDir()
	next := 0
	for _, kept := range []int{1, 3, 8} {
		victim := exec.Command(os.Args[0], "-test.run=^TestKilledWhilePutting$")
		victim.Env = append(os.Environ(), crashDir+"="+dir)
		out, err := victim.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := victim.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		last := -1
		for range kept {
			if !lines.Scan() {
				t.Fatal("the process ended by itself")
			}
			if last, err = strconv.Atoi(lines.Text()); err != nil {
				t.Fatal(err)
			}
		}
		victim.Process.Kill()
		for lines.Scan() { // what it said before it died
			last, _ = strconv.Atoi(lines.Text())
		}
		victim.Wait()

		s := mustOpen(t, dir, Options{})
		got, at, err := s.Latest("111111111111")
		if err != nil {
			t.Fatal(err)
		}
		n := int(at.Sub(start) / time.Minute)
		if n < last || n > last+1 {
			t.Errorf("put %d, found %d", last, n)
		}
		same(t, got, numbered(n), true)
		if entries, err := s.List(""); err != nil || len(entries) <= next {
			t.Errorf("%v, %v", entries, err)
		}
		next = n
		if _, err := s.Prune(); err != nil {
			t.Fatal(err)
		}
		s.Close()
	}
}

func putForEver(dir string) {
	s, err := Open(dir, Options{Retention: day})
	if err != nil {
		fmt.Println(err)
		return
	}
	first := 0
	if _, at, err := s.Latest("111111111111"); err == nil {
		first = int(at.Sub(start)/time.Minute) + 1
	}
	for i := first; ; i++ {
		if _, err := s.Put(numbered(i)); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(i)
	}
}

func numbered(n int) *snapshot.Snapshot {
	return estate(rand.New(rand.NewPCG(uint64(n), 0)), "111111111111", start.Add(time.Duration(n)*time.Minute), 100)
}
