// Package rn2483 speaks with Microchip's RN2483 and RN2903, LoRaWAN modules whose
// radio can be used without LoRaWAN, and offers one as a radio.Link.
//
// # On the wire
//
//	host:  radio tx HEX CR LF    radio: ok, then radio_tx_ok or radio_err
//	host:  radio rx 0 CR LF      radio: ok, then once radio_rx  HEX or radio_err
//	host:  radio rxstop CR LF    radio: ok
//	host:  radio get snr CR LF   radio: a number, of the last reception
//
// Other answers are invalid_param and busy. A frame has 1 to 255 bytes.
//
// # Set-up
//
//	sys get ver --> mac pause --> radio set ... --> radio get freq, sf --> radio rx 0
//
// LoRaWAN is paused, or the radio is not ours; the longest pause is 49 days, after
// which the radio says that it is busy and is set up anew. Settings are lost with
// the power, so that some are asked again whenever nothing was heard for a while:
// a module that has started anew unnoticed hears nobody. Firmware before 1.0.5 is refused: it has no
// radio rxstop.
//
// # Reception
//
// The module receives one frame and stops. Then it is asked how well it heard, and
// told to receive again; it is deaf in between, for some 20 ms. Before it
// transmits its reception is stopped. Its watchdog, which ends receptions and
// transmissions alike, is set to more than the longest transmission takes; that it
// barks when nothing was heard shows that the module lives.
//
// # When a frame counts as sent
//
// The module says so. radio_err says that it was not.
//
// The module does not listen before it transmits.
//
// # URL
//
//	at+rn2483:///dev/ttyACM0?freq=868.1M
//	at+rn2483+tcp://192.0.2.7:4403?freq=915M&sf=8&power=20
//
// The parameters are listed in params.go.
package rn2483
