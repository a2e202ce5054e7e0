"""Cart-pole with wind: balance a pole on a cart that a gust may push.

Dynamics after Barto, Sutton and Anderson, "Neuronlike adaptive elements that can solve difficult learning control
problems", 1983, with a lateral force added at random steps. No dependency but the standard library.
"""

import json
import math
import random
from pathlib import Path

CONFIG = json.loads((Path(__file__).parent / "config.json").read_text())

GRAVITY = 9.8
CART_MASS = 1.0
POLE_MASS = 0.1
POLE_HALF_LENGTH = 0.5
FORCE = 10.0
STEP_SECONDS = 0.02
ANGLE_LIMIT = math.radians(12)
POSITION_LIMIT = 2.4


class CartPole:
    """Observation: position, velocity, angle, angular velocity. Action: 0 pushes left, 1 pushes right."""

    def __init__(self, seed=None):
        self.random = random.Random(seed)
        self.state = None
        self.steps = 0

    def reset(self):
        self.state = [self.random.uniform(-0.05, 0.05) for _ in range(4)]
        self.steps = 0
        return tuple(self.state)

    def step(self, action):
        position, velocity, angle, turn = self.state
        force = FORCE if action == 1 else -FORCE
        if self.random.randrange(100) < CONFIG["gust_percent"]:
            force += self.random.choice((-1, 1)) * CONFIG["gust_newton"]
        total = CART_MASS + POLE_MASS
        inertia = POLE_MASS * POLE_HALF_LENGTH
        push = (force + inertia * turn**2 * math.sin(angle)) / total
        turning = (GRAVITY * math.sin(angle) - math.cos(angle) * push) / (
            POLE_HALF_LENGTH * (4 / 3 - POLE_MASS * math.cos(angle) ** 2 / total)
        )
        moving = push - inertia * turning * math.cos(angle) / total
        self.state = [
            position + STEP_SECONDS * velocity,
            velocity + STEP_SECONDS * moving,
            angle + STEP_SECONDS * turn,
            turn + STEP_SECONDS * turning,
        ]
        self.steps += 1
        fell = abs(self.state[0]) > POSITION_LIMIT or abs(self.state[2]) > ANGLE_LIMIT
        return tuple(self.state), 1, fell, self.steps >= CONFIG["max_steps"]
