using Muster.Configuration.Work;
using Muster.Preparation.Changes;
using Muster.Preparation.Csv;

namespace Muster.Preparation.Sources;

/// <summary>The rows of associations: one per pair of values (synchronization.md 8.2, 8.3).</summary>
internal sealed partial class MappingIntake
{
    private void AcceptLink(CsvReader row, RowCommand command)
    {
        if (Plan is { IsPair: true, SharesEntityTable: true } && command != RowCommand.None)
        {
            AcceptLinksOfEntity(row, command);
            return;
        }

        // A deleted owner has no link whatever its row says, which may be what became of it and not what was linked.
        var isOwnerDeleted = Plan.IsOwnersTable && command == RowCommand.Delete;
        var first = isOwnerDeleted && Plan.TargetColumn == 0 ? [] : FieldOf(row, 0);
        var second = isOwnerDeleted && Plan.TargetColumn == 1 ? [] : FieldOf(row, 1);
        if (HasNoLink(row, first, second, command))
        {
            return;
        }

        while (true)
        {
            var value1 = NextValue(ref first, 0);
            var rest = second;
            while (true)
            {
                var value2 = NextValue(ref rest, 1);
                AddLink(row, command, value1, value2);
                if (rest.IsEmpty)
                {
                    break;
                }
            }

            if (first.IsEmpty)
            {
                return;
            }
        }
    }

    /// <summary>
    /// A changed entity with the links that it has from now on: one line of the entity's key and the other keys, told apart by the entity
    /// (<see cref="EntityLinks"/>).
    /// </summary>
    private void AcceptLinksOfEntity(CsvReader row, RowCommand command)
    {
        var own = Plan.EntityColumn;
        if (own < 0)
        {
            throw new TaskFailedException(
                $"{_layout.Source.Description}, line {row.Line}: a change list of entities also feeds {Plan.Description}, but neither of the columns "
                + $"'{_layout.KeyColumnText()}' is mapped to the key of an entity in the same table, so that nothing tells whose links changed. Use full "
                + "extracts for this connector (Type=\"None\"), or give the links a table of their own.");
        }

        var rawKey = FieldOf(row, own);
        if (!_conversions[own].TryConvert(rawKey, out var key))
        {
            ParkUnknown(row, NotOfType(own, rawKey));
            return;
        }

        if (key.IsEmpty)
        {
            return;
        }

        _line.Clear();
        _line.Add(key);
        var rest = command == RowCommand.Delete ? [] : FieldOf(row, 1 - own);
        do
        {
            var raw = NextValue(ref rest, 1 - own);
            if (!_conversions[1 - own].TryConvert(raw, out var value))
            {
                Park(row, key, NotOfType(1 - own, raw));
                return;
            }

            _line.Add(value);
        }
        while (!rest.IsEmpty);
        Take(row, key, _line.Bytes, command);
    }

    /// <summary>Rows without one of the values that a link needs.</summary>
    private bool HasNoLink(CsvReader row, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, RowCommand command)
    {
        if (!first.IsEmpty && !second.IsEmpty)
        {
            return false;
        }

        if (Plan is { SharesEntityTable: true, IsPair: true } && !(first.IsEmpty && second.IsEmpty))
        {
            // An entity without a value in the other column has no link.
            return true;
        }

        var ownerIsEmpty = Plan.IsPair || (Plan.IdentityColumns[0] == 0 ? first.IsEmpty : second.IsEmpty);
        if (ownerIsEmpty && Plan.SharesEntityTable && command == RowCommand.Delete)
        {
            // The row of a deleted entity needs its primary key only; here the owner is known by another column.
            return true;
        }

        if (ownerIsEmpty)
        {
            AddNullKey(row);
            return true;
        }

        // No target: in a full extract there is no link; in a change list the link is cleared, and with a deleted entity what its row asked for.
        return command == RowCommand.None;
    }

    /// <summary>Cuts the next value off a cell that may hold several; empty ones among them are passed over.</summary>
    private ReadOnlySpan<byte> NextValue(ref ReadOnlySpan<byte> cell, int column)
    {
        var separator = _columns[column].ListSeparator;
        while (true)
        {
            var at = separator is null ? -1 : cell.IndexOf(separator);
            var value = at < 0 ? cell : cell[..at];
            cell = at < 0 ? [] : cell[(at + separator!.Length)..];
            while (separator is not null && cell.StartsWith(separator))
            {
                // A run of separators, or one at the end, is no further value.
                cell = cell[separator.Length..];
            }

            if (!value.IsEmpty || cell.IsEmpty)
            {
                return value;
            }
        }
    }

    private void AddLink(CsvReader row, RowCommand command, ReadOnlySpan<byte> raw1, ReadOnlySpan<byte> raw2)
    {
        var isReadable1 = _conversions[0].TryConvert(raw1, out var key1);
        var isReadable2 = _conversions[1].TryConvert(raw2, out var key2);
        if (!isReadable1 || !isReadable2)
        {
            var cause = isReadable1 ? NotOfType(1, raw2) : NotOfType(0, raw1);
            var owner = Plan.IdentityColumns[0] == 0 ? key1 : key2;
            if (Plan.IsPair || owner.IsEmpty)
            {
                ParkUnknown(row, cause);
            }
            else
            {
                Park(row, owner, cause);
            }

            return;
        }

        if (HasNoLink(row, key1, key2, command))
        {
            return;
        }

        _line.Clear();
        _line.Add(key1);
        _line.Add(key2);
        var identity = Plan.IsPair ? PairOf(key1, key2) : Plan.IdentityColumns[0] == 0 ? key1 : key2;
        Take(row, identity, _line.Bytes, command);
    }
}
