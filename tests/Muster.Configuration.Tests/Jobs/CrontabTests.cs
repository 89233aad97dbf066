using Muster.Configuration.Jobs;

namespace Muster.Configuration.Tests.Jobs;

public class CrontabTests
{
    [Theory]
    [InlineData("*/15 * * * *", "0", "0,15,30,45", true)]
    [InlineData("0 */20 8-18 * * MON-FRI", "0", "0,20,40", true)]
    [InlineData("30 5 3 1 jan,December Sunday", "30", "5", false)]
    [InlineData("10-50/20,5 7 * * * *", "5,10,30,50", "7", true)]
    [InlineData("0 50/5 * * * *", "0", "50,55", true)]
    [InlineData("0  0\t2 * * *", "0", "0", false)]
    public void TryParse_Schedule_ReadsItsFields(string text, string seconds, string minutes, bool isMoreThanHourly)
    {
        Assert.True(Crontab.TryParse(text, out var schedule, out _));

        Assert.Equal((seconds, minutes, isMoreThanHourly), (string.Join(',', schedule!.Seconds), string.Join(',', schedule.Minutes), schedule.IsMoreThanHourly));
    }

    [Fact]
    public void TryParse_NamesOfDaysAndMonths_AreNumbers()
    {
        Assert.True(Crontab.TryParse("0 0 0 1 FEB-apr sat", out var schedule, out _));

        Assert.Equal([2, 3, 4], schedule!.MonthsOfYear);
        Assert.Equal([6], schedule.DaysOfWeek);
        Assert.Equal([1], schedule.Days);
        Assert.Equal([0], schedule.Hours);
    }

    [Theory]
    [InlineData("", "field(s)")]
    [InlineData("* * * *", "4 field(s)")]
    [InlineData("0 0 0 * * * 2026", "7 field(s)")]
    [InlineData("60 * * * * *", "second")]
    [InlineData("0 0 24 * * *", "hour")]
    [InlineData("0 0 0 0 * *", "day")]
    [InlineData("0 0 0 * 13 *", "month")]
    [InlineData("0 0 0 * * 7", "day of the week")]
    [InlineData("*/0 * * * *", "step")]
    [InlineData("*/x * * * *", "step")]
    [InlineData("30-10 * * * *", "ends before it starts")]
    [InlineData("a * * * *", "cannot be read")]
    [InlineData("1,,2 * * * *", "cannot be read")]
    [InlineData("-5 * * * *", "cannot be read")]
    [InlineData("0 0 ? * * *", "cannot be read")]
    [InlineData("0 0 0 * ja *", "cannot be read")]
    public void TryParse_Nonsense_SaysWhichFieldAndWhy(string text, string part)
    {
        Assert.False(Crontab.TryParse(text, out var schedule, out var error));

        Assert.Null(schedule);
        Assert.Contains(part, error, StringComparison.Ordinal);
    }
}
