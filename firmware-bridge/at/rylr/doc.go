// Package rylr speaks with a REYAX RYLR896 or RYLR998 (and their likes for 433
// MHz), small LoRa modules that are told what to do in lines of text, and offers
// one as a radio.Link.
//
// # On the wire
//
//	host:  AT+SEND=0,LENGTH,DATA CR LF          radio: +OK when it was transmitted
//	radio: +RCV=FROM,LENGTH,DATA,RSSI,SNR CR LF
//	host:  AT+BAND? CR LF                       radio: +BAND=868500000
//	host:  AT+BAND=868500000 CR LF              radio: +OK, or +ERR=NUMBER
//
// Address 0 is everybody. At most 240 bytes of data go out at a time, and neither
// CR nor LF may be among them. DATA of a reception is read by its length, so that
// a comma or line end in it, which strangers may send, means nothing.
//
// # A frame as text
//
// A frame is written in the 94 printable characters from ! to ~, nine bytes in
// eleven characters: the nine as one number, big-endian, in base 94, most
// significant digit first. A last group of 1 to 8 bytes takes 2, 3, 4, 5, 7, 8, 9
// or 10 characters. 240 characters carry 196 bytes; base64 carries 180, hex 120.
// A denser code would have to use bytes that are no characters, which the
// modules' firmware does not promise to pass on.
//
// On the air the module adds 8 bytes of its own. They count in the time on air.
//
// # Set-up
//
// Mode, network, address, frequency, LoRa parameters and power are asked, told
// where they differ (most lie in the module's flash, which wears), and asked
// again. A module with a password (AT+CPIN) hears only those with the same.
//
// # When a frame counts as sent
//
// The module says +OK when it has transmitted. +ERR=17 says that the frame before
// is not out yet; the frame is handed over again then.
//
// The module does not listen before it transmits, and is deaf while it does.
//
// # URL
//
//	at+rylr:///dev/ttyUSB0?freq=868.5M
//	at+rylr+tcp://192.0.2.7:4403?freq=868.5M&sf=8&network=9
//
// The parameters are listed in params.go.
package rylr
