// Package endtoend has no code of its own: its tests put real nodes over real
// links together - a store on disk, the driver, modems joined by sound, serial
// ports - and look only at what users would see.
package endtoend
