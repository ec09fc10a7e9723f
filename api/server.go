package api

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/mesh/live"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// Node is what the API needs of a running node; *live.Node is one.
type Node interface {
	Submit(ctx context.Context, s mesh.Submit) (mesh.Message, error)
	Status(ctx context.Context) (live.Status, error)
	ConfirmTime(ctx context.Context, c live.Confirmation) (clock.Report, error)
	Quiet(ctx context.Context, q mesh.Quiet) error
	Messages(after uint64, limit int) []mesh.Message
	Find(id bundle.ID) (mesh.Message, bool)
	Exhibit(m mesh.Message) (mesh.Exhibit, bool)
	Last() uint64
	Audit(after uint64, limit int) []mesh.AuditEvent
	Subscribe() (events <-chan live.Event, cancel func(), err error)
}

// Config says what to serve. All fields but Log, Version, Persons, Backup,
// ClockDevice and LinkDevice are required.
type Config struct {
	Node    Node
	Self    ident.Number
	Roster  func() *ident.Roster       // the one in force; may be called at any time
	Persons func() []*ident.Credential // in force; their roles are addresses. Nil: there are none
	Token   string                     // from EnsureToken
	Log     *slog.Logger               // nil discards
	Version string
	// Backup writes a backup of the running node, sealed for who can unlock its
	// folder. Nil: this node offers none.
	Backup func(ctx context.Context, w io.Writer) error
	// ClockDevice says how the receiver that gives the time does; nil, or an
	// answer of nil, means that there is none.
	ClockDevice func() *wire.ClockDevice
	// LinkDevice says what device is behind a link, by its number, and what its
	// driver counted. Nil: nobody knows.
	LinkDevice func(link int) (radio string, counters []wire.Counter)
}

// Bounds.
const (
	maxBody        = 64 << 10
	maxPage        = 500  // messages or audit events in one answer
	maxScan        = 5000 // entries looked through for one answer
	maxStreams     = 32
	maxWait        = 60 * time.Second // of a request that waits for a message
	requestTimeout = 30 * time.Second // to read a request, and to write one answer
	headerTimeout  = 5 * time.Second
	idleTimeout    = 2 * time.Minute
	maxHeader      = 16 << 10
)

// Server answers requests.
type Server struct {
	cfg     Config
	log     *slog.Logger
	streams chan struct{} // one slot for each event stream
	backups chan struct{} // one slot: a backup reads the whole store
	handler http.Handler
	ending  context.Context // ends what waits: streams, and requests that wait for a message
	end     context.CancelFunc
}

// New makes a server.
func New(cfg Config) (*Server, error) {
	if cfg.Node == nil || cfg.Roster == nil || cfg.Self == 0 {
		return nil, errors.New("api: Node, Roster and Self are required")
	}
	if len(cfg.Token) < minToken {
		return nil, errors.New("api: the token is too short")
	}
	s := &Server{cfg: cfg, log: cfg.Log, streams: make(chan struct{}, maxStreams), backups: make(chan struct{}, 1)}
	s.ending, s.end = context.WithCancel(context.Background())
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.handler = s.routes()
	return s, nil
}

func (s *Server) routes() http.Handler {
	v1 := http.NewServeMux()
	v1.HandleFunc("GET /v1/status", s.getStatus)
	v1.HandleFunc("GET /v1/messages", s.getMessages)
	v1.HandleFunc("POST /v1/messages", s.postMessage)
	v1.HandleFunc("GET /v1/messages/{id...}", s.getMessage)
	v1.HandleFunc("GET /v1/evidence/{id...}", s.getEvidence)
	v1.HandleFunc("POST /v1/orders", s.postOrder)
	v1.HandleFunc("GET /v1/shift", s.getShift)
	v1.HandleFunc("POST /v1/shift", s.postShift)
	v1.HandleFunc("POST /v1/groups", s.postGroup)
	v1.HandleFunc("GET /v1/events", s.getEvents)
	v1.HandleFunc("GET /v1/roster", s.getRoster)
	v1.HandleFunc("GET /v1/audit", s.getAudit)
	v1.HandleFunc("POST /v1/backup", s.postBackup)
	v1.HandleFunc("POST /v1/clock", s.postClock)
	v1.HandleFunc("GET /v1/plan", s.getPlan)
	v1.HandleFunc("POST /v1/plan", s.postPlan)
	v1.HandleFunc("POST /v1/quiet", s.postQuiet)
	v1.HandleFunc("POST /v1/suspensions", s.postSuspension)
	root := http.NewServeMux()
	root.HandleFunc("GET /v1/hello", s.getHello) // before the token is sent
	root.Handle("/v1/", s.authorised(withNotFound(v1)))
	root.Handle("/", page())
	return s.guarded(root)
}

// ServeHTTP answers one request. The checks of Host and Origin allow any
// loopback name with any port; Serve adds the rest.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Serve answers requests on a listener, made by Listen, until ctx ends. Event
// streams are ended then; other requests get a moment to finish, so that who
// sends a message is told whether it was accepted. A server serves once.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	h := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       requestTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ConnContext:       withGuest,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(&crowd{Listener: l}) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	s.end()
	last, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if err := h.Shutdown(last); err != nil {
		_ = h.Close() // whoever is slower than that is cut off
	}
	<-failed
	return nil
}

// waiting returns a context for what may wait long: it ends with the request
// and with the server.
func (s *Server) waiting(r *http.Request) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(r.Context())
	stop := context.AfterFunc(s.ending, cancel)
	return ctx, func() { stop(); cancel() }
}
