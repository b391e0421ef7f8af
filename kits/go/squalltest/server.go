package squalltest

import (
	"bufio"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"time"
)

const startWithin = time.Minute

// server is the one Squall of this process. It is started with a pipe for its standard input and ends when that does: with
// the process, however the process ends.
type server struct {
	url  string
	salt string

	mutex  sync.Mutex
	scopes map[string]int
	// The other end of what holds the Squall that was started here.
	hold io.Closer
}

var (
	once     sync.Once
	the      *server
	startErr error
)

func shared() (*server, error) {
	once.Do(func() {
		if the, startErr = open(); startErr == nil {
			startErr = leadProcess(the.url)
		}
	})
	return the, startErr
}

func open() (*server, error) {
	if url := strings.TrimRight(os.Getenv("SQUALL_URL"), "/"); url != "" {
		s := &server{url: url, scopes: map[string]int{}}
		// What runs already may hold what an earlier run has left. Under `squall run` and `squall explore` it is new, and
		// each run must be like the others.
		if os.Getenv("SQUALL_MARK_URL") == "" {
			s.salt = salt()
		}
		return s, ask(url, http.MethodGet, "health", nil, nil)
	}
	words, err := command()
	if err != nil {
		return nil, err
	}
	return started(append(words, "start", "--no-config", "--port", "0", "--end-with-stdin"))
}

func started(words []string) (*server, error) {
	said := strings.Join(words, " ")
	process := exec.Command(words[0], words[1:]...)
	hold, err := process.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("squalltest: %w", err)
	}
	output, written, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("squalltest: %w", err)
	}
	process.Stdout, process.Stderr = written, written
	if err := process.Start(); err != nil {
		return nil, fmt.Errorf("squalltest: `%s` cannot be run: %w", said, err)
	}
	written.Close()
	ready := make(chan string, 1)
	ended := make(chan []string, 1)
	go read(output, ready, ended)
	select {
	case url := <-ready:
		return &server{url: url, scopes: map[string]int{}, hold: hold}, nil
	case lines := <-ended:
		return nil, fmt.Errorf("squalltest: `%s` does not start:\n%s", said, strings.Join(lines, "\n"))
	case <-time.After(startWithin):
		_ = process.Process.Kill()
		return nil, fmt.Errorf("squalltest: `%s` is not ready after %s", said, startWithin)
	}
}

var listens = regexp.MustCompile(`listens on (https?://[^,\s]+)`)

// read reads all that Squall writes, so that it never waits for a reader: where it is, as soon as it is ready, or the last lines
// of one that ends.
func read(output io.Reader, ready chan<- string, ended chan<- []string) {
	var lines []string
	var url string
	scanner := bufio.NewScanner(output)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		line := scanner.Text()
		if lines = append(lines, line); len(lines) > 50 {
			lines = lines[1:]
		}
		if found := listens.FindStringSubmatch(line); found != nil && url == "" {
			url = found[1]
		}
		if line == "Ready." {
			ready <- url
			break
		}
	}
	_, _ = io.Copy(io.Discard, output)
	ended <- lines
}

// command is what starts Squall: SQUALL_COMMAND, or what npx finds: the nearest node_modules' squall, or the PATH's.
func command() ([]string, error) {
	if words := split(os.Getenv("SQUALL_COMMAND")); len(words) > 0 {
		return words, nil
	}
	folder, err := os.Getwd()
	for ; err == nil; folder = filepath.Dir(folder) {
		if path, lookErr := exec.LookPath(filepath.Join(folder, "node_modules", ".bin", "squall")); lookErr == nil {
			return []string{path}, nil
		}
		if folder == filepath.Dir(folder) {
			break
		}
	}
	if path, err := exec.LookPath("squall"); err == nil {
		return []string{path}, nil
	}
	return nil, errors.New("squalltest: there is no squall: `npm install --save-dev squall` in this project, or say where it is by" +
		" SQUALL_COMMAND (a program and its arguments) or SQUALL_URL (of one that runs)")
}

var word = regexp.MustCompile(`"([^"]*)"|\S+`)

// split gives the words of a command; one with blanks stands in quotes.
func split(text string) []string {
	var words []string
	for _, found := range word.FindAllStringSubmatch(text, -1) {
		if found[1] != "" {
			words = append(words, found[1])
		} else {
			words = append(words, found[0])
		}
	}
	return words
}

// account is the same in each run for what has this name, and another each time that it is asked for.
func (s *server) account(name string) string {
	s.mutex.Lock()
	count := s.scopes[name]
	s.scopes[name]++
	s.mutex.Unlock()
	sum := sha256.Sum256([]byte(fmt.Sprintf("%s%s#%d", s.salt, name, count)))
	return fmt.Sprintf("%012d", binary.BigEndian.Uint64(sum[:8])%1_000_000_000_000)
}

// callerPackage is the import path of who called Start: tests of two packages may have one name.
func callerPackage() string {
	pc, _, _, ok := runtime.Caller(2)
	if !ok {
		return ""
	}
	name := runtime.FuncForPC(pc).Name()
	slash := strings.LastIndex(name, "/") + 1
	dot := strings.Index(name[slash:], ".")
	return name[:slash+max(dot, 0)]
}

func salt() string {
	bytes := make([]byte, 16)
	_, _ = rand.Read(bytes)
	return hex.EncodeToString(bytes)
}
