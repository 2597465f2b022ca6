package kinds

func apiGatewayLives() []life {
	return nil
}
