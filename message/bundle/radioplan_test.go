package bundle

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/internal/bound"
	"github.com/blackstart-mesh/blackstart/message/plan"
)

func somePlan() *plan.Plan {
	return &plan.Plan{Edition: 3, Patience: 20 * time.Minute, Channels: []plan.Channel{
		{Name: "field", Modulation: plan.LoRa, Centre: 869_525_000, Bandwidth: 125_000, Spreading: 8, Coding: 5, Power: 27}}}
}

func TestRadioPlan(t *testing.T) {
	act := RadioPlan{Plan: somePlan()}
	body := act.Append(nil)
	if !bytes.Equal(body, act.Plan.Encode()) {
		t.Error("the body is not the plan alone")
	}
	if got, err := DecodeRadioPlan(body); err != nil || got.String() != "radio plan 3: channels 1, counts from at once" {
		t.Errorf("%v, %v", got, err)
	}
	for want, raw := range map[error][]byte{ErrTruncated: body[:40], ErrOversized: append(bytes.Clone(body), 0), ErrVersion: {2}, ErrNotCanonical: append(append(bytes.Clone(body[:9]), 0, 0, 0, 0), body[13:]...)} {
		if _, err := DecodeRadioPlan(raw); !errors.Is(err, want) {
			t.Errorf("%x: %v, want %v", raw, err, want)
		}
	}
	if (RadioPlan{}).Check() == nil {
		t.Error("no plan passes")
	}
}

func FuzzDecodeRadioPlan(f *testing.F) {
	f.Add(RadioPlan{Plan: somePlan()}.Append(nil))
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := DecodeRadioPlan(raw)
		if err == nil && !bytes.Equal(r.Append(nil), raw) {
			t.Fatalf("%x decodes, but is not what encoding gives", raw)
		}
	})
}

func TestBoundedRadioPlan(t *testing.T) {
	bound.Bound{Times: 32, Plus: 16 << 10}.Decoding(t, func(b []byte) { _, _ = DecodeRadioPlan(b) }, RadioPlan{Plan: somePlan()}.Append(nil))
}
