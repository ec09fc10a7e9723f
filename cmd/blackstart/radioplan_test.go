package main

import (
	"bytes"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/blackstart-mesh/blackstart/api/wire"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/emulator"
	"github.com/blackstart-mesh/blackstart/firmware-bridge/rnode/rnodeemu"
	"github.com/blackstart-mesh/blackstart/message/ident"
	"github.com/blackstart-mesh/blackstart/message/plan"
	"github.com/blackstart-mesh/blackstart/radio/airtime"
	"github.com/blackstart-mesh/blackstart/radio/medium"
)

// makePlan is the command make-plan AUTHORITY EDITION FREQUENCY: a radio plan that
// counts at once, with a channel "field" there.
func makePlan() {
	text, err := radioPlan(os.Args[1], os.Args[2], os.Args[3])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Stdout.Write(text)
}

func radioPlan(authority, edition, freq string) ([]byte, error) {
	seed, err := strconv.Atoi(authority)
	if err != nil {
		return nil, err
	}
	root, err := ident.NewPrivate(repeated(seed))
	if err != nil {
		return nil, err
	}
	n, err := strconv.ParseUint(edition, 10, 31)
	if err != nil {
		return nil, err
	}
	centre, err := plan.ParseHertz(freq)
	if err != nil {
		return nil, err
	}
	p := &plan.Plan{Operator: ident.OperatorOf(root.SignKey()), Edition: uint32(n), Patience: plan.MinPatience, Channels: []plan.Channel{
		{Name: "field", Modulation: plan.LoRa, Centre: centre, Bandwidth: 125_000, Spreading: 7, Coding: 5, Power: 14, Assignment: "crews"}}}
	p.Signature = root.Sign(p.SignedBytes())
	return p.Text(), nil
}

// rnodes is the command rnodes MARK FILE...: emulated radios in reach of each other, one
// for each configuration, in which its address takes the place of 127.0.0.1:1. It removes
// the file MARK then, and goes on until it is interrupted.
func rnodes() {
	files := os.Args[2:]
	var devices []emulator.Device
	for range files {
		devices = append(devices, &rnodeemu.RNode{})
	}
	lora := airtime.LoRa{Spreading: 7, Bandwidth: 125_000, Coding: 5, Preamble: 24}
	air, err := emulator.Start(medium.Config{BitsPerSecond: 5468, OnAir: lora.OnAir, Sense: 2 * time.Millisecond, Slot: 10 * time.Millisecond, Persistence: 0.25}, 1, devices...)
	for i, file := range files {
		if err == nil {
			err = fill(file, air.Address(i))
		}
	}
	if err == nil {
		err = os.Remove(os.Args[1])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt)
	<-stop
	_ = air.Close() // the process ends
}

func fill(file, address string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return os.WriteFile(file, bytes.ReplaceAll(text, []byte("127.0.0.1:1?"), []byte(address+"?")), 0o600)
}

// What the plan does not reach is said, in both forms.
func TestWhatIsSetByHandIsSaid(t *testing.T) {
	p := &plan.Plan{Edition: 1, Patience: plan.MinPatience, Channels: []plan.Channel{{Name: "vhf", Modulation: plan.AFSK, Centre: 172_500_000, Bandwidth: 12_500, Rate: 1200, Power: 40}}}
	status := wire.Status{Links: []wire.Link{{Name: "kiss:///dev/ttyUSB0?plan=vhf", Up: true}, {Link: 1, Name: "rnode:///dev/ttyACM0?plan=vhf"}}}
	for _, json := range []bool{false, true} {
		var out bytes.Buffer
		if err := (&radioPlanCommand{JSON: json}).show(&world{out: &out}, wire.PlanState{Plan: string(p.Text())}, status); err != nil {
			t.Fatal(err)
		}
		if strings.Count(out.String(), "172.5MHz, 12.5kHz wide, at most 40 dBm") != 1 {
			t.Errorf("json %v: %s", json, out.String())
		}
	}
}
