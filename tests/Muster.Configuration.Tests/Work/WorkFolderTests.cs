using System.Text;
using Muster.Configuration.Work;

namespace Muster.Configuration.Tests.Work;

public sealed class WorkFolderTests : IDisposable
{
    private readonly string _outer = Directory.CreateTempSubdirectory("muster-work-").FullName;
    private readonly WorkFolder _folder;

    public WorkFolderTests() => _folder = new WorkFolder(Path.Combine(_outer, "Work"));

    public void Dispose() => Directory.Delete(_outer, recursive: true);

    [Theory]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("a/./b")]
    [InlineData("..\\x")]
    [InlineData("a\0b")]
    public void PathOf_PathThatLeadsOutside_IsRefused(string path) =>
        Assert.Throws<ArgumentException>(() => _folder.PathOf(path));

    [Fact]
    public void PathOf_SymbolicLinkToOutside_IsRefused()
    {
        Directory.CreateDirectory(_folder.Root);
        File.CreateSymbolicLink(Path.Combine(_folder.Root, "link"), _outer);
        Assert.Throws<ArgumentException>(() => _folder.PathOf("link/secret.txt"));
        Assert.Throws<ArgumentException>(() => _folder.Create("link/secret.txt"));
    }

    [Fact]
    public void PathOf_SymbolicLinkThatStaysInside_IsAllowed()
    {
        Write("kept/a.txt", "1");
        File.CreateSymbolicLink(Path.Combine(_folder.Root, "link"), "kept");
        Assert.Equal("1", Read("link/a.txt"));
    }

    [Fact]
    public void RemoveLeftovers_OfKilledWriters_SparesWhatIsBeingWritten()
    {
        using var living = _folder.Create("a/b.csv");
        Write("a/.c.csv.0123.tmp", "half");
        Write("a/c.csv", "whole");

        _folder.RemoveLeftovers();

        Assert.Equal(["a/c.csv"], _folder.Files("a"));
        Assert.Single(Directory.GetFiles(_folder.PathOf("a"), ".*.tmp"));
        living.Commit();
        Assert.Equal(["a/b.csv", "a/c.csv"], _folder.Files("a"));
    }

    [Fact]
    public void Commit_OverAFileThatIsRead_LetsReadersIn()
    {
        Write("a.txt", "1");
        using var reader = _folder.OpenRead("a.txt");
        using var file = _folder.Create("a.txt");
        file.Stream.Write("2"u8);
        file.Commit();

        Assert.Equal("2", Read("a.txt"));
        Assert.Equal('1', reader.ReadByte());
    }

    [Fact]
    public void Create_OverAFile_KeepsItsPermissions()
    {
        if (!OperatingSystem.IsWindows())
        {
            Write("a.txt", "1");
            File.SetUnixFileMode(_folder.PathOf("a.txt"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
            Write("a.txt", "2");
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.PathOf("a.txt")));
        }
    }

    [Fact]
    public void Create_NotCommitted_LeavesNothing()
    {
        using (var file = _folder.Create("a/b.csv"))
        {
            file.Stream.Write("half"u8);
            Assert.False(_folder.Exists("a/b.csv"));
            Assert.Empty(_folder.Files("a"));
        }

        Assert.Empty(Directory.GetFiles(_folder.PathOf("a")));
    }

    [Fact]
    public void Create_Committed_ReplacesTheFile()
    {
        Write("a/b.csv", "old");
        Write("a/b.csv", "new");
        Assert.Equal("new", Read("a/b.csv"));
        Assert.Equal(3, _folder.Length("a/b.csv"));
        Assert.Equal(["a/b.csv"], _folder.Files("a"));
    }

    [Fact]
    public void Create_WhileWriting_CanBeReadBack()
    {
        using var file = _folder.Create("spill");
        file.Stream.Write("hello"u8);
        file.Stream.Position = 1;
        var read = new byte[4];
        file.Stream.ReadExactly(read);
        Assert.Equal("ello", Encoding.UTF8.GetString(read));
    }

    [Fact]
    public void Move_FileOntoFile_Replaces()
    {
        Write("c/x.pending", "new");
        Write("c/x", "old");
        _folder.Move("c/x.pending", "c/x");
        Assert.Equal("new", Read("c/x"));
        Assert.Equal(["c/x"], _folder.Files("c"));
    }

    [Fact]
    public void Files_LeftOverTemporaryFiles_AreNotShown()
    {
        Write("d/b.csv", "1");
        Write("d/a.csv", "1");
        File.WriteAllText(_folder.PathOf("d/.a.csv.0011.tmp"), "half");
        Assert.Equal(["d/a.csv", "d/b.csv"], _folder.Files("d"));
        Assert.Empty(_folder.Files("nothing"));
    }

    [Fact]
    public void Delete_FolderWithContent_IsGoneAndRepeatable()
    {
        Write("e/f/g.csv", "1");
        Assert.Equal(["e/f"], _folder.Folders("e"));
        _folder.Delete("e");
        _folder.Delete("e");
        Assert.False(_folder.Exists("e"));
    }

    [Fact]
    public void Create_WhereAFileStandsInTheWay_SaysWhatToDo()
    {
        Write("blocked", "1");
        var fault = Assert.Throws<TaskFailedException>(() => _folder.Create("blocked/a.csv"));
        Assert.Contains("blocked", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(28, "full")]
    [InlineData(30, "read-only")]
    public void Explain_SystemFault_NamesFolderAndRemedy(int code, string word)
    {
        var message = StorageFault.Explain(new IOException("fault", code), "/data/Work");
        Assert.Contains("/data/Work", message, StringComparison.Ordinal);
        Assert.Contains(word, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_MissingFile_IsLeftToTheCaller() =>
        Assert.Null(StorageFault.Explain(new FileNotFoundException(), "/data/Work"));

    private void Write(string path, string text)
    {
        using var file = _folder.Create(path);
        file.Stream.Write(Encoding.UTF8.GetBytes(text));
        file.Commit();
    }

    private string Read(string path)
    {
        using var reader = new StreamReader(_folder.OpenRead(path));
        return reader.ReadToEnd();
    }
}
