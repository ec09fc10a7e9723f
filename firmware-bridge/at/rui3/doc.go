// Package rui3 speaks with RAKwireless modules that have RUI3 firmware (RAK3172,
// RAK4631-R and their likes) in their LoRa point-to-point mode, and offers one as
// a radio.Link.
//
// # On the wire
//
//	host:  AT+PSEND=HEX CR LF           radio: OK, then +EVT:TXP2P DONE
//	radio: +EVT:RXP2P:RSSI:SNR:HEX      newer firmware
//	radio: +EVT:RXP2P, RSSI -30, SNR 6  older firmware, in two lines
//	       +EVT:HEX
//	host:  AT+P2P=? CR LF               radio: AT+P2P=868000000:7:0:0:8:14, then OK
//	host:  AT+P2P=868000000:7:0:0:8:14  radio: OK, or one of AT_ERROR, AT_PARAM_ERROR,
//	                                           AT_BUSY_ERROR and further words
//
// P2P is frequency in Hz, spreading factor, bandwidth, coding rate 4/(5+x),
// preamble in symbols, power in dBm. The bandwidth is in kHz, or where firmware
// counts them 0 for 125, 1 for 250, 2 for 500. A frame has 1 to 250 bytes.
//
// # Set-up
//
//	AT+VER --> AT+NWM=0 --> AT+PRECV=0 --> AT+P2P, AT+SYNCWORD, AT+CAD --> AT+PRECV=65533
//
// A module that is in another mode of work is told and starts anew. Settings lie
// in its flash, which wears: they are told only where they differ, and asked
// again. PRECV=65533 (receive for ever, and transmit in between) exists since
// RUI 3.4.0; older firmware is refused.
//
// # When a frame counts as sent
//
// The module says so. AT_BUSY_ERROR and +EVT:TXP2P ERROR say that the frame did
// not go out; it is handed over again then.
//
// With AT+CAD, which newer firmware has, the module listens for a preamble before
// it transmits. It is the only one of the radios below package at that can.
//
// # URL
//
//	at+rui3:///dev/ttyUSB0?freq=868M
//	at+rui3+tcp://192.0.2.7:4403?freq=868M&sf=8&sync=1424&cad=on
//
// The parameters are listed in params.go.
package rui3
