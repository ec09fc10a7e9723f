package airtime

// Floor is the least signal-to-noise ratio at which a LoRa modem still receives, in
// tenths of a dB: each step of the spreading factor gains 2.5 dB, from -7.5 dB at
// factor 7 (data sheets of Semtech's SX1276 and SX1262).
func (l LoRa) Floor() int { return -75 - 25*(l.Spreading-7) }
