// Package bridgetest is the suite that every link over a radio passes. A
// driver's test hands it a way to make two links that hear each other, and to
// unplug the device of one:
//
//	bridgetest.Run(t, func(t *testing.T) bridgetest.Pair { ... })
package bridgetest
