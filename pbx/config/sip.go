package config

func (l *loader) sip() {}
