package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/mesh"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/clock"
	"github.com/blackstart-mesh/blackstart/message/ident"
)

// ordered is an order from the control centre as this node has it in its record.
func ordered(f *fakeNode, age time.Duration) mesh.Message {
	now := clock.WallOf(time.Now())
	f.mu.Lock()
	f.status.Now = clock.Reading{Wall: now, Bound: time.Second}
	f.mu.Unlock()
	return f.put(mesh.Message{From: 4, To: bundle.Destination{Node: 1}, Precedence: bundle.Immediate, Created: now.Add(-age), Recorded: now,
		Expires: now.Add(time.Hour), State: mesh.Received, Proof: mesh.Proven, Act: bundle.ContentOrder, Text: "open breaker 3",
		Order: &mesh.Order{Who: mesh.Who{Number: 7, Name: "Anna", Role: "dispatcher"}, Until: now.Add(15*time.Minute - age), Error: time.Second}})
}

func TestOrderStatesAsPeopleSeeThem(t *testing.T) {
	f := newFake()
	s := testServer(t, f)
	ordered(f, time.Minute)
	m := ordered(f, time.Hour)
	ordered(f, time.Hour)
	f.change(m.Number, func(m *mesh.Message) {
		m.Order.Cancelled = &mesh.Cancelled{By: 4, Who: mesh.Who{Number: 7, Name: "Anna"}, Reason: "wrong breaker"}
		m.Order.Answers = []mesh.Answer{{Node: 1, Text: "opening", Confirmed: true}}
	})
	got := s.page(request{limit: 10, box: "all"}).Messages
	o := got[0].Order
	if got[0].Kind != "order" || o.State != "valid" || o.ActUntil == nil || o.Person.Name != "Anna" || o.ClockErrorS != 1 {
		t.Errorf("a fresh one: %+v", o)
	}
	o = got[1].Order
	if o.State != "cancelled" || o.Cancelled.Reason != "wrong breaker" || o.ActUntil != nil || len(o.Answers) != 1 || !o.Answers[0].Confirmed {
		t.Errorf("a cancelled one: %+v", o)
	}
	if o = got[2].Order; o.State != "late" || o.ActUntil != nil {
		t.Errorf("a late one: %+v", o)
	}
}

func TestOrdersAreAskedFor(t *testing.T) {
	f := newFake()
	s := testServer(t, f)
	m := ordered(f, time.Minute)
	for _, c := range []struct {
		body   string
		status int
		want   mesh.Submit
	}{
		{`{"act":"order","to":"Crew South","text":"go"}`, 201,
			mesh.Submit{To: bundle.Destination{Node: 2}, Precedence: bundle.Immediate, Act: bundle.Order{Text: "go", Valid: 15 * time.Minute}}},
		{`{"act":"order","to":"dispatch","text":"go","valid":"5m","precedence":"FLASH"}`, 201,
			mesh.Submit{Role: "dispatch", Precedence: bundle.Flash, Act: bundle.Order{Text: "go", Valid: 5 * time.Minute}}},
		{`{"act":"readback","id":"1","text":"going"}`, 201, mesh.Submit{Act: bundle.Readback{OrderRef: bundle.OrderRef{ID: m.ID}, Text: "going"}}},
		{`{"act":"confirm","id":"1","to":"Crew South"}`, 201,
			mesh.Submit{To: bundle.Destination{Node: 2}, Act: bundle.Readback{OrderRef: bundle.OrderRef{ID: m.ID}, Confirms: true}}},
		{fmt.Sprintf(`{"act":"cancel","id":%q,"text":"wrong"}`, m.ID), 201, mesh.Submit{Act: bundle.Cancellation{OrderRef: bundle.OrderRef{ID: m.ID}, Reason: "wrong"}}},
		{`{"act":"order","to":"Crew South","text":" "}`, 400, mesh.Submit{}},
		{`{"act":"order","to":"Crew South","text":"go","valid":"90s"}`, 400, mesh.Submit{}},
		{`{"act":"order","to":"Crew South","text":"go","id":"1"}`, 400, mesh.Submit{}},
		{`{"act":"readback","id":"1","precedence":"FLASH"}`, 400, mesh.Submit{}},
		{`{"act":"readback","id":"99"}`, 404, mesh.Submit{}},
		{`{"act":"readback","id":"1","text":"going\nORDER CANCELLED"}`, 400, mesh.Submit{}},
		{`{"act":"cancel","id":"1","text":"no\tmore"}`, 400, mesh.Submit{}},
		{`{"act":"cancel","id":"1","text":"no more "}`, 400, mesh.Submit{}},
		{`{"act":"readback","id":"1","text":"` + strings.Repeat("x", bundle.MaxReadback+1) + `"}`, 400, mesh.Submit{}},
		{`{"act":"do","id":"1"}`, 400, mesh.Submit{}},
	} {
		before := len(f.asked)
		resp := ask(t, s, "POST", "/v1/orders", c.body)
		if resp.Code != c.status {
			t.Errorf("%s: %d %s", c.body, resp.Code, resp.Body)
			continue
		}
		if c.status != http.StatusCreated {
			continue
		}
		c.want.By = "local API"
		if got := f.asked[before]; !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: asked for %+v, want %+v", c.body, got, c.want)
		}
	}
}

func TestShiftRequests(t *testing.T) {
	f := newFake()
	s := testServer(t, f)
	f.status.Stamp, f.status.Persons = 1_000_000, 3
	f.status.Shifts = []mesh.ShiftStatus{{Device: 1, Who: mesh.Who{Number: 7, Name: "Anna", Role: "dispatcher"}, Rights: ident.MayOrder}}
	resp := ask(t, s, "GET", "/v1/shift", "")
	var got wire.Shifts
	if err := json.Unmarshal(resp.Body.Bytes(), &got); err != nil || got.Shift == nil || got.Shift.Person.Name != "Anna" || got.Shift.Rights[0] != "order" || len(got.Shifts) != 1 {
		t.Errorf("%v: %s", err, resp.Body)
	}
	if !strings.Contains(ask(t, s, "GET", "/v1/roster", "").Body.String(), `{"role":"dispatcher","nodes":[{"number":1,"name":"Crew North"}]}`) {
		t.Error("who has the duty is not in the roster")
	}
	for body, status := range map[string]int{
		`{"act":"end"}`: 201, `{"act":"end","statement":"AA=="}`: 400, `{"act":"begin"}`: 400, `{"act":"begin","statement":"!"}`: 400,
		`{"act":"begin","statement":"AQIAAAAA"}`: 400, `{"act":"rest"}`: 400,
	} {
		if resp := ask(t, s, "POST", "/v1/shift", body); resp.Code != status {
			t.Errorf("%s: %d %s", body, resp.Code, resp.Body)
		}
	}
	f.refuse = mesh.ErrCredential
	if resp := ask(t, s, "POST", "/v1/shift", `{"act":"end"}`); resp.Code != http.StatusForbidden {
		t.Errorf("refused with %d", resp.Code)
	}
}

func TestGroupRequests(t *testing.T) {
	f := newFake()
	s := testServer(t, f)
	for body, status := range map[string]int{
		`{"act":"renew","group":"Switching"}`:                            201,
		`{"act":"renew","group":"Switching","nodes":["Crew South","3"]}`: 201,
		`{"act":"admit","group":"Switching","nodes":["Crew South"]}`:     201,
		`{"act":"admit","group":"Switching"}`:                            400,
		`{"act":"admit","group":"Switching","nodes":["nobody"]}`:         400,
		`{"act":"renew","group":"Nowhere"}`:                              400,
		`{"act":"renew","group":"Switching","nodes":"Crew South"}`:       400,
		`{"act":"renew","group":"Switching","without":["Crew South"]}`:   400,
		`{"act":"renew","act":"renew","group":"Switching"}`:              400,
		`{"act":"renew","group":"Switching"} x`:                          400,
	} {
		if resp := ask(t, s, "POST", "/v1/groups", body); resp.Code != status {
			t.Errorf("%s: %d %s", body, resp.Code, resp.Body)
		}
	}
	for _, asked := range f.asked {
		act := asked.Act.(bundle.GroupSecret)
		if act.Group != 2 || (act.Secret == [32]byte{}) != (asked.Members.Only != nil) {
			t.Errorf("asked for %v of %+v", act, asked.Members)
		}
	}
}

func TestAddresseeByRole(t *testing.T) {
	n := names{self: 1, roster: testRoster(t), persons: []*ident.Credential{{Role: "duty shift leader"}, {Role: "Crew South"}}}
	for to, want := range map[string]struct {
		node ident.Number
		role string
	}{
		"Crew North":        {}, // itself
		"Substation 14":     {node: 3},
		"duty shift leader": {role: "duty shift leader"},
		"dispatch":          {role: "dispatch"},
		"role:Crew South":   {role: "Crew South"},
		"node:Crew South":   {node: 2},
		"Crew South":        {}, // a node and a role
		"role:nobody":       {},
		"role:":             {},
	} {
		d, role, err := n.addressee(to)
		if (err == nil) != (want.node != 0 || want.role != "") || err == nil && (d.Node != want.node || role != want.role) {
			t.Errorf("%q: %v, %q, %v", to, d, role, err)
		}
	}
}

// fuzzStrict: what is taken decodes to the same again when encoded.
func fuzzStrict[T any](f *testing.F, decode func([]byte) (T, error), seeds ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		v, err := decode(body)
		if err != nil {
			return
		}
		again, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		same, err := decode(again)
		if err != nil || !reflect.DeepEqual(same, v) {
			t.Fatalf("%q decodes to %+v, and that to %+v, %v", body, v, same, err)
		}
	})
}

func FuzzDecodeOrderRequest(f *testing.F) {
	fuzzStrict(f, DecodeOrderRequest, `{"act":"order","to":"a","text":"b","valid":"5m","precedence":"FLASH"}`, `{"act":"readback","id":"1/2/3"}`)
}

func FuzzDecodeShiftRequest(f *testing.F) {
	fuzzStrict(f, DecodeShiftRequest, `{"act":"begin","statement":"AQ=="}`, `{"act":"end"}`)
}

func FuzzDecodeGroupRequest(f *testing.F) {
	fuzzStrict(f, DecodeGroupRequest, `{"act":"renew","group":"a","nodes":["b","c"]}`, `{"act":"admit","group":"a","nodes":[]}`)
}
