package api

import (
	"embed"
	"io/fs"
	"net/http"
	"path"
)

//go:embed web
var web embed.FS

// page serves the files of the web page. They hold no data and need no token.
// Their types are fixed here: on Windows the system's table may say anything,
// and a browser told not to guess would then refuse the scripts.
func page() http.Handler {
	files, err := fs.Sub(web, "web")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	server := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch path.Ext(r.URL.Path) {
		case ".js":
			w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		case ".css":
			w.Header().Set("Content-Type", "text/css; charset=utf-8")
		case ".svg":
			w.Header().Set("Content-Type", "image/svg+xml")
		}
		server.ServeHTTP(w, r)
	})
}
