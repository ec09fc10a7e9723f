package wire

// Hearing is how well one node hears another on a link, as an average of which the
// last frames make up most.
type Hearing struct {
	How    string   `json:"how"`                 // well, fairly, badly, not; heard: it is not known how well
	Loss   *float64 `json:"loss_pct,omitempty"`  // of the frames sent
	RSSI   *int     `json:"rssi_dbm,omitempty"`  // where the radio tells
	SNR    *int     `json:"snr_db,omitempty"`    // where the radio tells
	Margin *int     `json:"margin_db,omitempty"` // above what the modem needs
	AgoS   float64  `json:"ago_s"`               // when it was last measured, or told
}
