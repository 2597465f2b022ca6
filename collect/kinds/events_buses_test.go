package kinds

func eventBusesLives() []life {
	return nil
}
