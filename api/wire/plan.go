package wire

// PlanFile is the body of POST /v1/plan.
type PlanFile struct {
	Plan string `json:"plan"` // the text of a radio plan's file
}

// PlanState answers GET /v1/plan.
type PlanState struct {
	Plan   string `json:"plan"`   // the text of the file of the radio plan held; "": none
	Former string `json:"former"` // of the plan that counted when that came
}
