// Package device is a node's folder on disk:
//
//	node.yaml   the configuration (package config)
//	keyslot     the master key, wrapped by a passphrase, a key file or a key command
//	vault       the keys that move on and are erased, under the master key
//	identity    the device's private keys, sealed under the master key
//	packagekey  the one-time key to which the authority seals what opens key blocks, sealed
//	            under the master key; gone once that is in the vault
//	network     the network file it joined with, sealed under the master key
//	request     what the authority needs to enrol it
//	store/      everything else, encrypted under the master key
//	token       the secret of the local API, made by the running node
//	address     where the local API is, while the node runs
//
// Sealed files are written whole or not at all. The network file is sealed not
// to hide it but to pin it: who can write to the disk and lacks the master key
// cannot put another operator's network, or an older one, in its place
// unnoticed, but for a copy of what this device had before.
package device
