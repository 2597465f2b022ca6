package kinds

func logsRoutingLives() []life {
	return nil
}
