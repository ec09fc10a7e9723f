package client

import (
	"context"
	"io"
	"net/http"
)

// Backup has the node stream a backup of itself. Close the stream when done. An end
// that came too early shows when the backup is read: device.WriteBackup does.
func (c *Client) Backup(ctx context.Context) (io.ReadCloser, error) {
	resp, err := c.open(ctx, http.MethodPost, "/v1/backup", http.NoBody)
	if err != nil {
		return nil, err
	}
	return resp.Body, nil
}
