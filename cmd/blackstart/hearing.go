package main

import (
	"fmt"
	"strings"

	"github.com/blackstart-mesh/blackstart/api/wire"
)

// gradeText is the word of the API for people: what is bad stands out.
func gradeText(how string) string {
	switch how {
	case "badly":
		return "BADLY"
	case "not":
		return "NOT AT ALL"
	case "heard":
		return "yes"
	}
	return how
}

// hears says how well one hears the other; "-" where nobody knows.
func hears(h *wire.Hearing) string {
	if h == nil {
		return "-"
	}
	text := harmless(gradeText(h.How))
	if more := hearingFigures(h); more != "" {
		text += " (" + more + ")"
	}
	return text
}

// hearingFigures tells loss and levels, as far as they are known.
func hearingFigures(h *wire.Hearing) string {
	var parts []string
	if h.Loss != nil {
		parts = append(parts, fmt.Sprintf("%.0f%% lost", *h.Loss))
	}
	switch {
	case h.Margin != nil:
		parts = append(parts, fmt.Sprintf("%d dB to spare", *h.Margin))
	case h.SNR != nil:
		parts = append(parts, fmt.Sprintf("SNR %d dB", *h.SNR))
	}
	if h.RSSI != nil {
		parts = append(parts, fmt.Sprintf("%d dBm", *h.RSSI))
	}
	return strings.Join(parts, ", ")
}
