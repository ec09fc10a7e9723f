// Package nodump keeps a program's memory, which holds keys, out of core dumps.
package nodump

// Forbid asks the system never to write the memory of this process to a file when it
// crashes, and on Linux to let no other program of the same user read it. What cannot
// be forbidden here stays as it is: nothing that the program does depends on it. A
// program that this one starts begins anew.
func Forbid() { forbid() }
