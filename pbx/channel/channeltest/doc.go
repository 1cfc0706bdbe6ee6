// Package channeltest is a scripted channel for the tests of applications: a
// fake leg and a fake media port that write down what was done to them, and
// that hang up at a chosen wait.
package channeltest
