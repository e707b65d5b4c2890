"""The picture of the losses."""

from tuning.plot import MOST, plot


def test_there_is_no_plot_before_the_first_loss():
    assert plot([], [], 100) is None


def test_the_lines_stay_within_the_axes_and_losses_of_no_number_are_left_out():
    drawn = plot([(1, 4.0), (2, float("nan")), (50, 1.0)], [(25, 2.0)], 100)
    assert drawn.training.count(",") == 2
    places = [tuple(map(float, each.split(","))) for each in drawn.training.split()]
    places += drawn.dots
    assert all(drawn.left <= x <= drawn.right for x, _ in places)
    assert all(drawn.top <= y <= drawn.bottom for _, y in places)
    assert [tick.label for tick in drawn.across] == ["0", "20", "40", "60", "80", "100"]


def test_many_steps_are_drawn_as_means():
    drawn = plot([(step, 1.0) for step in range(5000)], [], 5000)
    assert drawn.training.count(",") <= MOST


def test_losses_far_apart_are_drawn_by_powers_of_ten_and_said_to_be():
    drawn = plot([(1, 6.0), (42, 0.06)], [(84, 0.006)], 84)
    assert drawn.logarithmic
    assert [tick.label for tick in drawn.up] == ["0.001", "0.01", "0.1", "1", "10"]
    assert [tick.label for tick in drawn.across] == ["0", "20", "40", "60", "80"]
    heights = [float(each.split(",")[1]) for each in drawn.training.split()] + [drawn.dots[0][1]]
    first, second, third = heights
    assert abs((second - first) - 2 * (third - second)) < 0.5, "a tenth is as far each time"
    assert not plot([(1, 6.0), (2, 0.6)], [], 84).logarithmic
