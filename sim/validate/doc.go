// Package validate holds the simulator to what others published: the airtimes of LoRa,
// and what known protocols do on link matrices and contact traces that are published
// with their results. The runs are made from the rules, and nothing is tuned until it
// fits: where a figure differs, its Row says why.
package validate
