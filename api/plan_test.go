package api

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/message/bundle"
	"github.com/blackstart-mesh/blackstart/message/plan"
)

func testPlan() *plan.Plan {
	return &plan.Plan{Edition: 3, Patience: 20 * time.Minute, Channels: []plan.Channel{
		{Name: "field", Modulation: plan.LoRa, Centre: 869_525_000, Bandwidth: 125_000, Spreading: 8, Coding: 5, Power: 27}}}
}

func TestPlan(t *testing.T) {
	f := newFake()
	s := testServer(t, f)
	p := testPlan()
	body, err := json.Marshal(wire.PlanFile{Plan: string(p.Text())})
	if err != nil {
		t.Fatal(err)
	}
	into[wire.Message](t, ask(t, s, "POST", "/v1/plan", string(body)), http.StatusCreated)
	if act, ok := f.asked[0].Act.(bundle.RadioPlan); !ok || act.Plan.Edition != 3 {
		t.Errorf("asked for %+v", f.asked[0])
	}
	for _, wrong := range []string{`{}`, `{"plan":"x"}`, `{"plann":""}`} {
		into[wire.Failure](t, ask(t, s, "POST", "/v1/plan", wrong), http.StatusBadRequest)
	}
	for refusal, status := range map[error]int{plan.ErrOlder: http.StatusConflict, plan.ErrOperator: http.StatusForbidden, plan.ErrSignature: http.StatusForbidden} {
		f.refuse = refusal
		into[wire.Failure](t, ask(t, s, "POST", "/v1/plan", string(body)), status)
	}
	if got := into[wire.PlanState](t, ask(t, s, "GET", "/v1/plan", ""), http.StatusOK); got != (wire.PlanState{}) {
		t.Errorf("%+v where there is none", got)
	}
	f.status.Plan = p
	if got := into[wire.PlanState](t, ask(t, s, "GET", "/v1/plan", ""), http.StatusOK); got.Plan != string(p.Text()) || got.Former != "" {
		t.Errorf("%+v", got)
	}
}

func FuzzDecodePlan(f *testing.F) {
	f.Add([]byte(`{"plan":"x"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if p, err := DecodePlan(body); err == nil && len(p.Plan) > len(body) {
			t.Error("longer than the body")
		}
	})
}
