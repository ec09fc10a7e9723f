package bench

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"strings"
)

// fixedTexts is the list over which means are taken: ten operational messages
// each of 20, 60, 120 and 200 characters, written for this project.
//
//go:embed texts.txt
var fixedTexts string

// readTexts returns the messages of a file, one per line, or the fixed list.
func readTexts(path string) ([]string, error) {
	data := fixedTexts
	if path != "" {
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("list of messages: %w", err)
		}
		data = string(b)
	}
	var texts []string
	for line := range strings.Lines(data) {
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			texts = append(texts, line)
		}
	}
	if len(texts) == 0 {
		return nil, errors.New("list of messages: no message in it")
	}
	return texts, nil
}
