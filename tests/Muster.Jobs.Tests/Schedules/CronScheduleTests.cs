using System.Globalization;
using Muster.Jobs.Schedules;

namespace Muster.Jobs.Tests.Schedules;

public sealed class CronScheduleTests
{
    private static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    [Theory]
    [InlineData("*/15 * * * *", "2026-03-01T08:07:00Z", "2026-03-01T08:15:00Z")]
    [InlineData("0 */15 * * * *", "2026-03-01T08:15:00Z", "2026-03-01T08:30:00Z")]
    [InlineData("30 0 2 * * *", "2026-03-01T08:15:00Z", "2026-03-02T02:00:30Z")]
    [InlineData("0 3 * * 1-5", "2026-03-06T04:00:00Z", "2026-03-09T03:00:00Z")] // Friday to Monday
    [InlineData("0 3 * * 0", "2026-03-03T00:00:00Z", "2026-03-08T03:00:00Z")] // Sunday
    [InlineData("0 3 * * 7", "2026-03-03T00:00:00Z", "2026-03-08T03:00:00Z")]
    [InlineData("0 0 13 * 5", "2026-03-14T00:00:00Z", "2026-11-13T00:00:00Z")] // Friday the 13th: both must match
    public void Next_InUtc_FollowsTheCrontab(string expression, string after, string expected)
    {
        Assert.True(CronSchedule.TryParse(expression, TimeZoneInfo.Utc, out var schedule));

        Assert.Equal(At(expected), schedule.Next(At(after)));
    }

    [Fact]
    public void Next_InASkippedHour_IsTheFirstValidInstant()
    {
        Assert.True(CronSchedule.TryParse("30 2 * * *", Paris, out var schedule));

        var next = schedule.Next(At("2026-03-28T12:00:00Z"))!.Value;

        Assert.Equal(At("2026-03-29T01:00:00Z"), next);
        Assert.Equal(At("2026-03-30T00:30:00Z"), schedule.Next(next));
    }

    [Fact]
    public void Next_InARepeatedHour_HappensOnce()
    {
        Assert.True(CronSchedule.TryParse("30 2 * * *", Paris, out var schedule));

        var next = schedule.Next(At("2026-10-24T12:00:00Z"))!.Value;

        Assert.Equal(At("2026-10-25T00:30:00Z"), next);
        Assert.Equal(At("2026-10-26T01:30:00Z"), schedule.Next(next));
    }

    [Theory]
    [InlineData("")]
    [InlineData("* * * *")]
    [InlineData("61 * * * *")]
    [InlineData("* * * * * * *")]
    [InlineData("every day at noon")]
    public void TryParse_WhatIsNoCrontab_IsFalse(string expression) => Assert.False(CronSchedule.TryParse(expression, TimeZoneInfo.Utc, out _));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
