package api

import (
	"embed"
	"io/fs"
	"net/http"
)

//go:embed web
var web embed.FS

// page serves the files of the web page. They hold no data and need no token.
func page() http.Handler {
	files, err := fs.Sub(web, "web")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return http.FileServerFS(files)
}
