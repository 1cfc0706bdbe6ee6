// Package conffile reads configuration files in Asterisk's syntax: sections,
// templates, inheritance, variables and includes. It gives the sections in the
// order of the text and says nothing about their meaning; package config does.
//
// Everything that the text does wrong comes back as a [Finding] with its file
// and line. Reading is bounded in bytes, files, depth, sections and variables.
package conffile
