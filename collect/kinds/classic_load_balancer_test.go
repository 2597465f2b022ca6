package kinds

func classicLoadBalancingLives() []life {
	return nil
}
