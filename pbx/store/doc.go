// Package store is the contract of everything that must outlast a power cut:
// named buckets of keys and values, read in short looks and changed in batches
// that are on the disk, whole, when Apply returns.
//
// Back ends live in the folders below and pass the suite of storetest. Writer
// joins changes that may wait a second into one batch, which is what spares
// the flash. DB is Asterisk's family/key database on top of the contract.
package store
