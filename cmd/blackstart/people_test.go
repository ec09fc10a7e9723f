package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/blackstart-mesh/blackstart/api/client"
	"github.com/blackstart-mesh/blackstart/api/wire"
)

// awaitMessage is the command await-message DIR TEXT: it waits until the node's
// record holds a message with such a text.
func awaitMessage() {
	if _, err := messageWith(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// withMessage is the command with-message DIR TEXT COMMAND [ARG...]: it runs a
// command of blackstart on the message with such a text.
func withMessage() {
	m, err := messageWith(os.Args[1], os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(run(append([]string{"-d", os.Args[1], os.Args[3], strconv.FormatUint(m.Number, 10)}, os.Args[4:]...), newWorld()))
}

func messageWith(dir, text string) (wire.Message, error) {
	w := newWorld()
	w.dir = dir
	api, err := w.reach()
	if err != nil {
		return wire.Message{}, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for after := uint64(0); ; {
		page, err := api.Messages(ctx, client.Query{After: after, Wait: 30 * time.Second})
		if err != nil {
			return wire.Message{}, fmt.Errorf("waiting for %q: %w", text, err)
		}
		for _, m := range page.Messages {
			if strings.Contains(m.Text, text) {
				return m, nil
			}
		}
		after = page.Position
	}
}
