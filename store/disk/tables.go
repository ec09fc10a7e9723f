package disk

import (
	"fmt"
	"os"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/fb"
	"github.com/dgraph-io/badger/v4/options"
	"github.com/dgraph-io/badger/v4/table"
	"github.com/dgraph-io/badger/v4/y"
	"github.com/dgraph-io/ristretto/v2"
)

// tableReader reads tables without the database that they belong to. It reads
// them from memory, where Badger has no file that it could cut or delete.
type tableReader struct {
	database string
	options  table.Options
}

func newTableReader(database string, encryption *[32]byte) (*tableReader, error) {
	registry, err := badger.OpenKeyRegistry(badger.KeyRegistryOptions{
		Dir: database, EncryptionKey: encryption[:], EncryptionKeyRotationDuration: never, ReadOnly: true,
	})
	if err != nil {
		return nil, err
	}
	key, err := registry.DataKey(dataKeyID)
	if err != nil {
		return nil, err
	}
	// Badger reads no encrypted table without one.
	indexes, err := ristretto.NewCache(&ristretto.Config[uint64, *fb.TableIndex]{NumCounters: 100, MaxCost: 1 << 20, BufferItems: 64})
	if err != nil {
		return nil, err
	}
	return &tableReader{database, table.Options{
		ReadOnly: true, ChkMode: options.OnBlockRead, Compression: options.None, DataKey: key, IndexCache: indexes,
	}}, nil
}

func (r *tableReader) close() { r.options.IndexCache.Close() }

// each visits the node's records in a table, all versions, as far as the table
// can be read. The key is valid only during the call.
func (r *tableReader) each(id uint64, visit func(key []byte, version uint64)) (err error) {
	defer func() {
		if p := recover(); p != nil { // a damaged block can hold any length
			err = fmt.Errorf("%v", p)
		}
	}()
	path := table.NewFilename(id, r.database)
	if err := checkTable(path); err != nil {
		return err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	t, err := table.OpenInMemoryTable(data, id, &r.options)
	if err != nil {
		return err
	}
	it := t.NewIterator(table.NOCACHE)
	defer it.Close()
	n := uint32(0)
	for it.Rewind(); it.Valid(); it.Next() {
		n++
		if key := y.ParseKey(it.Key()); len(key) > 0 && key[0] == keyPrefix {
			visit(key, y.ParseTs(it.Key()))
		}
	}
	if n != t.KeyCount() {
		return fmt.Errorf("%d of %d records can be read", n, t.KeyCount())
	}
	return nil
}
