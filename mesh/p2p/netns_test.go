package p2p

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/internal/await"
	"github.com/blackstart-mesh/blackstart/internal/peers"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/radio"
)

// nodeVariable makes the test binary a node of its own: its value is the
// node's number in a network of two, and optional peer addresses.
const nodeVariable = "BLACKSTART_P2P_NODE"

// TestNodeProcess is not a test but the process that the tests below start. It
// prints its addresses and contacts, and ends with its standard input.
func TestNodeProcess(t *testing.T) {
	arguments := strings.Fields(os.Getenv(nodeVariable))
	if len(arguments) == 0 {
		return
	}
	n, err := strconv.Atoi(arguments[0])
	if err != nil {
		t.Fatal(err)
	}
	m := newOperator(60).enrolAll(1, 2)
	heartbeat, _ := time.ParseDuration(os.Getenv("BLACKSTART_P2P_HEARTBEAT"))
	l, err := Open(Config{
		Private: m[n-1].private, Self: ident.Number(n), Certificate: m[n-1].cert, Verifier: ident.Ed25519{},
		Roster: sync.OnceValue(func() *ident.Roster { return newOperator(60).roster(m...) }),
		MDNS:   len(arguments) == 1, Peers: arguments[1:], Heartbeat: heartbeat,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range l.Addresses() {
		fmt.Println("at", a)
	}
	go func() {
		io.Copy(io.Discard, os.Stdin)
		l.Close()
	}()
	for {
		ev, err := l.Receive()
		if err != nil {
			return
		}
		if c, ok := ev.(radio.Contact); ok {
			fmt.Println("contact", c.Node, c.Up)
		}
	}
}

// process is a node in a network namespace.
type process struct {
	*exec.Cmd
	mu    sync.Mutex
	lines []string
}

func run(t *testing.T, ns, heartbeat string, arguments ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command("ip", "netns", "exec", ns, os.Args[0], "-test.run=^TestNodeProcess$")}
	p.Env = append(os.Environ(), nodeVariable+"="+strings.Join(arguments, " "), "BLACKSTART_P2P_HEARTBEAT="+heartbeat)
	in, err := p.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			p.mu.Lock()
			p.lines = append(p.lines, lines.Text())
			p.mu.Unlock()
		}
	}()
	t.Cleanup(func() {
		in.Close()
		<-done
		p.Wait()
	})
	return p
}

// last returns the last line that begins with prefix.
func (p *process) last(prefix string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := len(p.lines) - 1; i >= 0; i-- {
		if strings.HasPrefix(p.lines[i], prefix) {
			return p.lines[i]
		}
	}
	return ""
}

// lan joins two fresh namespaces by a cable. Each has a default route to a
// third one, which stands for the rest of the world and counts what it gets.
func lan(t *testing.T) (a, b, world string) {
	t.Helper()
	peers.Require(t, "ip")
	if os.Geteuid() != 0 {
		peers.Missing(t, "network namespaces need root")
	}
	prefix := fmt.Sprintf("bs%d", os.Getpid())
	a, b, world = prefix+"a", prefix+"b", prefix+"w"
	for _, ns := range []string{a, b, world} {
		if out, err := exec.Command("ip", "netns", "add", ns).CombinedOutput(); err != nil {
			peers.Missing(t, "network namespaces cannot be made: "+strings.TrimSpace(string(out)))
		}
		t.Cleanup(func() { exec.Command("ip", "netns", "del", ns).Run() })
		ip(t, "-n "+ns+" link set lo up")
	}
	ip(t, "-n "+a+" link add eth0 type veth peer name eth0 netns "+b)
	for i, ns := range []string{a, b} {
		ip(t, fmt.Sprintf("-n %s addr add 10.99.0.%d/24 dev eth0", ns, i+1))
		ip(t, "-n "+ns+" link set eth0 up")
		ip(t, fmt.Sprintf("-n %s link add out type veth peer name in%d netns %s", ns, i, world))
		for _, end := range []string{ns + " link set out", fmt.Sprintf("%s link set in%d", world, i)} {
			ip(t, "-n "+end+" arp off multicast off addrgenmode none up")
		}
		ip(t, fmt.Sprintf("-n %s route add default dev out", ns))
		// While the cable is down, what is meant for the LAN goes nowhere.
		ip(t, "-n "+ns+" route add unreachable 10.99.0.0/24 metric 9999")
	}
	return a, b, world
}

func ip(t *testing.T, command string) string {
	t.Helper()
	out, err := exec.Command("ip", strings.Fields(command)...).CombinedOutput()
	if err != nil {
		t.Fatalf("ip %s: %v: %s", command, err, out)
	}
	return string(out)
}

// packets returns how many packets an interface in a namespace received.
func packets(t *testing.T, ns, device, what string) int {
	t.Helper()
	out, err := exec.Command("ip", "netns", "exec", ns, "cat", "/sys/class/net/"+device+"/statistics/"+what).Output()
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// On a LAN with nothing configured nodes find each other by mDNS, notice a cut,
// find each other again, and send not one packet towards anybody else.
func TestLANByMDNS(t *testing.T) {
	t.Parallel()
	a, b, world := lan(t)
	one, two := run(t, a, "1s", "1"), run(t, b, "1s", "2")
	see := func(up bool) func() bool {
		return func() bool {
			return one.last("contact") == fmt.Sprintf("contact 2 %v", up) && two.last("contact") == fmt.Sprintf("contact 1 %v", up)
		}
	}
	await.Until(t, patience, "the nodes to find each other", see(true))
	ip(t, "-n "+a+" link set eth0 down")
	await.Until(t, patience, "both to notice the cut", see(false))
	ip(t, "-n "+a+" link set eth0 up")
	await.Until(t, patience, "the nodes to find each other again", see(true))
	for i := range 2 {
		if n := packets(t, world, fmt.Sprintf("in%d", i), "rx_packets"); n != 0 {
			t.Errorf("node %d sent %d packets to the rest of the world", i+1, n)
		}
	}
}
