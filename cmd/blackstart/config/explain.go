package config

import (
	"errors"

	"github.com/blackstart-mesh/blackstart/internal/strictyaml"
)

// explain makes a mistake in the YAML one of this file; nil stays nil.
func explain(err error) error {
	if e, ok := errors.AsType[*strictyaml.Error](err); ok {
		return &Error{Line: e.Line, What: e.What, Hint: e.Hint}
	}
	return err
}
