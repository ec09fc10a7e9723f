// Package power says which nodes are off, and when: the mains fail and come back,
// batteries bridge that for a while and charge again, storms take masts, machines
// restart.
//
// A Plan has three kinds of causes. A Strike hits some nodes, or a share of them: it
// takes their mains, which a battery bridges (Supply), or the nodes themselves, as a
// storm does. A node without mains lives on its battery until somebody brings another
// one. Restarts come by themselves again and again. A node is on while no cause has it
// off. The same words do for whatever is counted from 0: the sites of a cellular
// network, the switches of a LAN.
//
// # What is left out
//
// A battery lasts as long as it lasts: what a node draws does not depend on what it
// transmits, and capacity on neither cold nor age, but for the draw of each. There is no
// sun and no wind. Nobody saves power.
package power
