using System.Text.Json.Nodes;

namespace Muster.Scenarios.Tests.Asks;

/// <summary>Ask 11: say what changed, per object.</summary>
public sealed class Ask11WhatChangedTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ChangesOfARun_AreListedOneByOne_AndTheCountersEqualTheList(bool isListed)
    {
        using var world = await AskWorld.LoadedAsync(isListed);
        world.Change(s => s
            .With("sailors", "B001", "last", "Renamed").With("sailors", "B005", "vessel", "H03").Without("sailors", "B002")
            .Row("sailors", "B050", "New", "Comer", "", "", "H01", "B001").With("vessels", "H02", "name", "SS New"));

        var run = await world.RunAsync();

        var lines = await world.ChangesAsync(run.Id);
        Assert.All(lines, l => Assert.Equal(run.Id, (long)l["instance"]!));
        Assert.All(lines, l => Assert.NotNull(l["source"]));
        var crew = lines.Where(l => ((string)l["source"]!).Contains("Mapping", StringComparison.Ordinal) && IsOfCrew(l)).ToList();
        foreach (var (counter, change) in new[] { ("Inserted", "Insert"), ("Updated", "Update"), ("Deleted", "Delete") })
        {
            var objects = crew.Where(l => l["entityType"] is not null && (string)l["change"]! == change).Select(l => $"{l["entityType"]} {l["key"]}").Distinct();
            Assert.Equal(run.Count($"{world.Job}_Synchronize_Crew", $"resources{counter}"), objects.LongCount());
        }

        Assert.Equal(run.Count($"{world.Job}_Synchronize_Crew", "linksInserted"), crew.LongCount(l => l["association"] is not null && (string)l["change"]! == "Insert"));
        Assert.Equal(run.Count($"{world.Job}_Synchronize_Crew", "linksDeleted"), crew.LongCount(l => l["association"] is not null && (string)l["change"]! == "Delete"));
        var renamed = Assert.Single(lines, l => (string?)l["entityType"] == "Fleet_Sailor" && (string?)l["key"] == "B001" && (string?)l["property"] == "Last");
        Assert.Equal("Last1", (string?)renamed["before"]);
        Assert.Equal("Renamed", (string?)renamed["after"]);
        Assert.Contains("column last", (string)renamed["source"]!, StringComparison.Ordinal);
        var computed = Assert.Single(lines, l => (string?)l["entityType"] == "Fleet_Sailor" && (string?)l["key"] == "B001" && (string?)l["property"] == "Berthing");
        Assert.Equal("EntityPropertyExpression Fleet_Sailor_Berthing", (string?)computed["source"]);
    }

    private static bool IsOfCrew(JsonNode line) =>
        ((string?)line["entityType"] ?? (string?)line["association"])!.StartsWith("Fleet_", StringComparison.Ordinal)
        || ((string?)line["association"])?.StartsWith("Sailor_", StringComparison.Ordinal) == true;
}
