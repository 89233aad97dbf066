using Muster.Configuration.Model;

namespace Muster.Configuration.Tests.Model;

/// <summary>rolemodel.md 9.1 and 9.2: permissions are paths, and a right reaches what is below it.</summary>
public sealed class PermissionTreeTests
{
    private static readonly PermissionTree Tree = new([new("/a/b/c/d"), new("/a/x", true), new("/a/x/y/z")]);

    [Theory]
    [InlineData("/a/b", "/a/b", true)]
    [InlineData("/a", "/a/b/c/d", true)]
    [InlineData("/", "/a/b", true)]
    [InlineData("/a/b", "/a", false)]
    [InlineData("/a/b", "/a/bc", false)]
    [InlineData("/a/b", "/A/B", false)]
    [InlineData("/a", "/a/x", false)]
    [InlineData("/a", "/a/x/y/z", false)]
    [InlineData("/", "/a/x/y", false)]
    [InlineData("/a/x", "/a/x", true)]
    [InlineData("/a/x", "/a/x/y/z", true)]
    [InlineData("/a", "/a/not/known", true)]
    public void Covers_PathsBelowUnlessOneBlocks(string granted, string asked, bool covers) => Assert.Equal(covers, Tree.Covers(granted, asked));

    [Theory]
    [InlineData("/a", "/a/x/y", "/a/x")]
    [InlineData("/a", "/a/b", null)]
    [InlineData("/b", "/a/x", null)]
    public void BlockedAt_NamesThePathThatBlocks(string granted, string asked, string? at) => Assert.Equal(at, Tree.BlockedAt(granted, asked));

    [Fact]
    public void All_HoldsThePathsAboveToo() => Assert.Equal(["/", "/a", "/a/b", "/a/b/c", "/a/b/c/d", "/a/x", "/a/x/y", "/a/x/y/z"], Tree.All.Select(p => p.Identifier));

    [Fact]
    public void Built_FromAConfiguration_HasPredefinedAndGeneratedPermissions()
    {
        var tree = Resolution.Load.Model(Resolution.Samples.HumanResources).AccessControl.Permissions;

        Assert.All(
            (string[])["/Jobs/RunJob/Launch", "/Jobs/JobInstance/Create", "/Connectors/ProvisioningSession", "/ProvisioningPolicy/AssignedSingleRole/Query", "/Custom/Resources/HR_Person/ViewHistory", "/Custom/ProvisioningPolicy/ReviewRoles/HR_Person", "/Custom/ResourceChanges/HR"],
            p => Assert.True(tree.Contains(p), p));
    }
}
